/** 45 CFR 164.308(a)(7)(ii)(A): retrievable exact copies. */
import type { Resource } from "../../graph/resource.ts";
import { fail } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const databaseKeepsBackups: Rule = {
  id: "database-keeps-backups",
  title: "The database keeps backups",
  why: "A bad migration takes minutes to be noticed; without a backup of the days before, what it destroyed is gone.",
  remedy: "Set BackupRetentionPeriod to 7 days or more.",
  snippet: `
Thing: { Type: AWS::RDS::DBInstance, Properties: { BackupRetentionPeriod: 14 } }`,
  severity: "high",
  topics: ["backup", "disaster-recovery"],
  types: ["AWS::RDS::DBInstance", "AWS::RDS::DBCluster"],
  judge(thing: Resource) {
    const days = thing.at("BackupRetentionPeriod");
    const isMember =
      thing.type === "AWS::RDS::DBInstance" && thing.at("DBClusterIdentifier").exists().outcome === "pass";
    if (isMember || thing.at("SourceDBInstanceIdentifier").exists().outcome === "pass") return "notApplicable";
    return days.isAbsent ? fail("BackupRetentionPeriod is not set: one day is kept", days.spot) : days.atLeast(2);
  },
  samples: {
    good: [{ cloudformation: `Thing: { Type: AWS::RDS::DBInstance, Properties: { BackupRetentionPeriod: 14 } }` }],
    bad: [
      { cloudformation: `Thing: { Type: AWS::RDS::DBInstance, Properties: { Engine: postgres } }` },
      { cloudformation: `Thing: { Type: AWS::RDS::DBInstance, Properties: { BackupRetentionPeriod: 0 } }` },
    ],
  },
};
