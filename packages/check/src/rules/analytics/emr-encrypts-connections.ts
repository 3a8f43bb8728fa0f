/** 45 CFR 164.312(e)(1): transmission security. */
import { configurationOf } from "./emr-configuration.ts";
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const emrEncryptsConnections: Rule = {
  id: "emr-encrypts-connections",
  title: "EMR encrypts what it sends",
  why: "Jobs over records leave copies on every node, and send them between nodes.",
  remedy: "Set EnableInTransitEncryption to true.",
  snippet: `
Thing: { Type: AWS::EMR::SecurityConfiguration, Properties: { SecurityConfiguration: { EncryptionConfiguration: { EnableInTransitEncryption: true } } } }`,
  severity: "high",
  topics: ["encryption-in-transit"],
  types: ["AWS::EMR::SecurityConfiguration"],
  judge(thing: Resource) {
    return configurationOf(thing).at("EncryptionConfiguration.EnableInTransitEncryption").isTrue();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::EMR::SecurityConfiguration, Properties: { SecurityConfiguration: { EncryptionConfiguration: { EnableInTransitEncryption: true } } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::EMR::SecurityConfiguration, Properties: { SecurityConfiguration: { EncryptionConfiguration: { EnableInTransitEncryption: false } } } }`,
      },
    ],
  },
};
