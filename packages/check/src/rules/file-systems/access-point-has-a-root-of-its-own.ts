/** 45 CFR 164.308(a)(4)(ii)(B): access is granted by what is needed. */
import type { Resource } from "../../graph/resource.ts";
import { all, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const accessPointHasARootOfItsOwn: Rule = {
  id: "access-point-has-a-root-of-its-own",
  title: "The access point has a root of its own",
  why: "Whoever mounts the whole file system reads everyone's files.",
  remedy: "Set RootDirectory.Path to a folder.",
  snippet: `
Thing: { Type: AWS::EFS::AccessPoint, Properties: { FileSystemId: f, RootDirectory: { Path: /app } } }`,
  severity: "medium",
  topics: ["least-privilege"],
  types: ["AWS::EFS::AccessPoint"],
  judge(thing: Resource) {
    return all(thing.at("RootDirectory.Path").exists(), not(thing.at("RootDirectory.Path").equals("/")));
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::EFS::AccessPoint, Properties: { FileSystemId: f, RootDirectory: { Path: /app } } }`,
      },
    ],
    bad: [
      { cloudformation: `Thing: { Type: AWS::EFS::AccessPoint, Properties: { FileSystemId: f } }` },
      {
        cloudformation: `Thing: { Type: AWS::EFS::AccessPoint, Properties: { FileSystemId: f, RootDirectory: { Path: / } } }`,
      },
    ],
  },
};
