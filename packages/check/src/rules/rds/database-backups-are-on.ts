/** 45 CFR 164.308(a)(7)(ii)(A): retrievable exact copies. */
import type { Resource } from "../../graph/resource.ts";
import { pass } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const databaseBackupsAreOn: Rule = {
  id: "database-backups-are-on",
  title: "Backups of the database are not switched off",
  why: "With 0 days there is no backup at all.",
  remedy: "Set BackupRetentionPeriod to 7 days or more, or at least leave it away.",
  snippet: `
Thing: { Type: AWS::RDS::DBInstance, Properties: { BackupRetentionPeriod: 14 } }`,
  severity: "critical",
  topics: ["backup", "disaster-recovery"],
  types: ["AWS::RDS::DBInstance"],
  judge(thing: Resource) {
    const days = thing.at("BackupRetentionPeriod");
    return days.isAbsent ? pass() : days.atLeast(1);
  },
  samples: {
    good: [
      { cloudformation: `Thing: { Type: AWS::RDS::DBInstance, Properties: { BackupRetentionPeriod: 14 } }` },
      { cloudformation: `Thing: { Type: AWS::RDS::DBInstance, Properties: { Engine: postgres } }` },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::RDS::DBInstance, Properties: { BackupRetentionPeriod: 0 } }` }],
  },
};
