/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import { configurationOf } from "./emr-configuration.ts";
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const emrLocalDisksAreEncrypted: Rule = {
  id: "emr-local-disks-are-encrypted",
  title: "EMR encrypts its local disks",
  why: "Jobs over records leave copies on the disks of every node.",
  remedy: "Set LocalDiskEncryptionConfiguration.",
  snippet: `
Thing: { Type: AWS::EMR::SecurityConfiguration, Properties: { SecurityConfiguration: { EncryptionConfiguration: { AtRestEncryptionConfiguration: { LocalDiskEncryptionConfiguration: { EncryptionKeyProviderType: AwsKms } } } } } }`,
  severity: "high",
  topics: ["encryption-at-rest"],
  types: ["AWS::EMR::SecurityConfiguration"],
  judge(thing: Resource) {
    return configurationOf(thing)
      .at(
        "EncryptionConfiguration.AtRestEncryptionConfiguration.LocalDiskEncryptionConfiguration.EncryptionKeyProviderType",
      )
      .isFilled();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::EMR::SecurityConfiguration, Properties: { SecurityConfiguration: { EncryptionConfiguration: { AtRestEncryptionConfiguration: { LocalDiskEncryptionConfiguration: { EncryptionKeyProviderType: AwsKms } } } } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::EMR::SecurityConfiguration, Properties: { SecurityConfiguration: { EncryptionConfiguration: { EnableAtRestEncryption: true } } } }`,
      },
    ],
  },
};
