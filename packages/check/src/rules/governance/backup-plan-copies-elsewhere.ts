/** 45 CFR 164.308(a)(7)(ii)(A): retrievable exact copies. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const backupPlanCopiesElsewhere: Rule = {
  id: "backup-plan-copies-elsewhere",
  title: "The backup plan copies to another region or account",
  why: "When the account is lost, so are the backups in it.",
  remedy: "Set CopyActions.",
  snippet: `
Thing: { Type: AWS::Backup::BackupPlan, Properties: { BackupPlan: { BackupPlanName: p, BackupPlanRule: [{ RuleName: r, CopyActions: [{ DestinationBackupVaultArn: v }] }] } } }`,
  severity: "low",
  topics: ["disaster-recovery"],
  types: ["AWS::Backup::BackupPlan"],
  judge(thing: Resource) {
    return thing.at("BackupPlan.BackupPlanRule").every((one) => one.at("CopyActions").isFilled());
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::Backup::BackupPlan, Properties: { BackupPlan: { BackupPlanName: p, BackupPlanRule: [{ RuleName: r, CopyActions: [{ DestinationBackupVaultArn: v }] }] } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::Backup::BackupPlan, Properties: { BackupPlan: { BackupPlanName: p, BackupPlanRule: [{ RuleName: r }] } } }`,
      },
    ],
  },
};
