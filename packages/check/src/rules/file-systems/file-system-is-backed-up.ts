/** 45 CFR 164.308(a)(7)(ii)(A): retrievable exact copies. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const fileSystemIsBackedUp: Rule = {
  id: "file-system-is-backed-up",
  title: "The file system is backed up",
  why: "Files that are deleted or encrypted by malware are gone.",
  remedy: "Set BackupPolicy.Status to ENABLED.",
  snippet: `
Thing: { Type: AWS::EFS::FileSystem, Properties: { BackupPolicy: { Status: ENABLED } } }`,
  severity: "medium",
  topics: ["backup"],
  types: ["AWS::EFS::FileSystem"],
  judge(thing: Resource) {
    return thing.at("BackupPolicy.Status").equals("ENABLED", "ENABLING");
  },
  samples: {
    good: [
      { cloudformation: `Thing: { Type: AWS::EFS::FileSystem, Properties: { BackupPolicy: { Status: ENABLED } } }` },
    ],
    bad: [
      { cloudformation: `Thing: { Type: AWS::EFS::FileSystem }` },
      { cloudformation: `Thing: { Type: AWS::EFS::FileSystem, Properties: { BackupPolicy: { Status: DISABLED } } }` },
    ],
  },
};
