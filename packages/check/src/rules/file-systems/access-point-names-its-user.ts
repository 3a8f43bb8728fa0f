/** 45 CFR 164.312(d): who asks is verified. */
import type { Resource } from "../../graph/resource.ts";
import { all } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const accessPointNamesItsUser: Rule = {
  id: "access-point-names-its-user",
  title: "The access point names the user that files belong to",
  why: "Otherwise a client says itself who it is, root included.",
  remedy: "Set PosixUser.",
  snippet: `
Thing: { Type: AWS::EFS::AccessPoint, Properties: { FileSystemId: f, PosixUser: { Uid: "1000", Gid: "1000" } } }`,
  severity: "medium",
  topics: ["authentication", "least-privilege"],
  types: ["AWS::EFS::AccessPoint"],
  judge(thing: Resource) {
    return all(thing.at("PosixUser.Uid").exists(), thing.at("PosixUser.Gid").exists());
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::EFS::AccessPoint, Properties: { FileSystemId: f, PosixUser: { Uid: "1000", Gid: "1000" } } }`,
      },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::EFS::AccessPoint, Properties: { FileSystemId: f } }` }],
  },
};
