/** 45 CFR 164.308(a)(7)(ii)(A): retrievable exact copies. */
import type { Resource } from "../../graph/resource.ts";
import { all, fail } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const sharedFileSystemIsBackedUp: Rule = {
  id: "shared-file-system-is-backed-up",
  title: "The FSx file system is backed up",
  why: "Files that are deleted or encrypted by malware are gone.",
  remedy: "Set AutomaticBackupRetentionDays to 7 or more.",
  snippet: `
Thing: { Type: AWS::FSx::FileSystem, Properties: { FileSystemType: LUSTRE, LustreConfiguration: { AutomaticBackupRetentionDays: 7 } } }`,
  severity: "medium",
  topics: ["backup"],
  types: ["AWS::FSx::FileSystem"],
  judge(thing: Resource) {
    const configurations = ["LustreConfiguration", "WindowsConfiguration", "OntapConfiguration", "OpenZFSConfiguration"]
      .map((name) => thing.at(name))
      .filter((one) => !one.isAbsent);
    if (configurations.length === 0) return fail("no AutomaticBackupRetentionDays is set", thing.spot);
    return all(
      ...configurations.map((one) =>
        all(one.at("AutomaticBackupRetentionDays").exists(), one.at("AutomaticBackupRetentionDays").atLeast(1)),
      ),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::FSx::FileSystem, Properties: { FileSystemType: LUSTRE, LustreConfiguration: { AutomaticBackupRetentionDays: 7 } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::FSx::FileSystem, Properties: { FileSystemType: LUSTRE, LustreConfiguration: { AutomaticBackupRetentionDays: 0 } } }`,
      },
    ],
  },
};
