/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const backupVaultUsesCustomerKey: Rule = {
  id: "backup-vault-uses-customer-key",
  title: "The backup vault is encrypted with a key of your own",
  why: "A backup is a copy of all records in one place.",
  remedy: "Set EncryptionKeyArn.",
  snippet: `
Thing: { Type: AWS::Backup::BackupVault, Properties: { BackupVaultName: v, EncryptionKeyArn: k } }`,
  severity: "medium",
  topics: ["encryption-at-rest", "key-management"],
  types: ["AWS::Backup::BackupVault"],
  judge(thing: Resource) {
    return thing.at("EncryptionKeyArn").isFilled();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::Backup::BackupVault, Properties: { BackupVaultName: v, EncryptionKeyArn: k } }`,
      },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::Backup::BackupVault, Properties: { BackupVaultName: v } }` }],
  },
};
