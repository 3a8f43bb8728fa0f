/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const fileSystemIsEncrypted: Rule = {
  id: "file-system-is-encrypted",
  title: "The file system is encrypted",
  why: "It lies on disks that are not yours; a copy of a disk is a copy of records.",
  remedy: "Set Encrypted to true; it can be set only when it is made.",
  snippet: `
Thing: { Type: AWS::EFS::FileSystem, Properties: { Encrypted: true } }`,
  severity: "high",
  topics: ["encryption-at-rest"],
  types: ["AWS::EFS::FileSystem"],
  judge(thing: Resource) {
    return thing.at("Encrypted").isTrue();
  },
  samples: {
    good: [{ cloudformation: `Thing: { Type: AWS::EFS::FileSystem, Properties: { Encrypted: true } }` }],
    bad: [
      { cloudformation: `Thing: { Type: AWS::EFS::FileSystem }` },
      { cloudformation: `Thing: { Type: AWS::EFS::FileSystem, Properties: { Encrypted: false } }` },
    ],
  },
};
