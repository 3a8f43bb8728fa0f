/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const brokerSaysHowItIsEncrypted: Rule = {
  id: "broker-says-how-it-is-encrypted",
  title: "The broker says how it is encrypted",
  why: "Left unsaid, messages on disk are encrypted with a key that is not yours.",
  remedy: "Set EncryptionOptions with a key of your own.",
  snippet: `
Thing: { Type: AWS::AmazonMQ::Broker, Properties: { EncryptionOptions: { UseAwsOwnedKey: false, KmsKeyId: k } } }`,
  severity: "medium",
  topics: ["encryption-at-rest", "key-management"],
  types: ["AWS::AmazonMQ::Broker"],
  judge(thing: Resource) {
    return thing.at("EncryptionOptions").isFilled();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::AmazonMQ::Broker, Properties: { EncryptionOptions: { UseAwsOwnedKey: false, KmsKeyId: k } } }`,
      },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::AmazonMQ::Broker }` }],
  },
};
