/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import { configurationOf } from "./emr-configuration.ts";
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const emrIsEncryptedAtRest: Rule = {
  id: "emr-is-encrypted-at-rest",
  title: "EMR encrypts what it stores",
  why: "Jobs over records leave copies on every node, and send them between nodes.",
  remedy: "Set EnableAtRestEncryption to true.",
  snippet: `
Thing: { Type: AWS::EMR::SecurityConfiguration, Properties: { SecurityConfiguration: { EncryptionConfiguration: { EnableAtRestEncryption: true } } } }`,
  severity: "high",
  topics: ["encryption-at-rest"],
  types: ["AWS::EMR::SecurityConfiguration"],
  judge(thing: Resource) {
    return configurationOf(thing).at("EncryptionConfiguration.EnableAtRestEncryption").isTrue();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::EMR::SecurityConfiguration, Properties: { SecurityConfiguration: { EncryptionConfiguration: { EnableAtRestEncryption: true } } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::EMR::SecurityConfiguration, Properties: { SecurityConfiguration: { EncryptionConfiguration: { EnableAtRestEncryption: false } } } }`,
      },
    ],
  },
};
