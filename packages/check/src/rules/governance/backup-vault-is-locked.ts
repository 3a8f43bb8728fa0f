/** 45 CFR 164.312(c)(1): protection from improper destruction. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const backupVaultIsLocked: Rule = {
  id: "backup-vault-is-locked",
  title: "The backup vault is locked",
  why: "Ransomware deletes the backups first. A locked vault keeps them, whoever asks.",
  remedy: "Set LockConfiguration.",
  snippet: `
Thing: { Type: AWS::Backup::BackupVault, Properties: { BackupVaultName: v, LockConfiguration: { MinRetentionDays: 35 } } }`,
  severity: "medium",
  topics: ["deletion-protection", "integrity", "backup"],
  types: ["AWS::Backup::BackupVault"],
  judge(thing: Resource) {
    return thing.at("LockConfiguration.MinRetentionDays").isFilled();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::Backup::BackupVault, Properties: { BackupVaultName: v, LockConfiguration: { MinRetentionDays: 35 } } }`,
      },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::Backup::BackupVault, Properties: { BackupVaultName: v } }` }],
  },
};
