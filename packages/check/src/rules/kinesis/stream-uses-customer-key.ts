/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import { all, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const streamUsesCustomerKey: Rule = {
  id: "stream-uses-customer-key",
  title: "The stream is encrypted with a key of your own",
  why: "Only a key with a policy of yours is a second lock that can be denied to others, watched and withdrawn.",
  remedy: "Set StreamEncryption.KeyId to a key of your own.",
  snippet: `
Thing: { Type: AWS::Kinesis::Stream, Properties: { ShardCount: 1, StreamEncryption: { EncryptionType: KMS, KeyId: k } } }`,
  severity: "low",
  topics: ["encryption-at-rest", "key-management"],
  types: ["AWS::Kinesis::Stream"],
  judge(thing: Resource) {
    return all(
      thing.at("StreamEncryption.KeyId").isFilled(),
      not(thing.at("StreamEncryption.KeyId").matches(/alias\/aws\//)),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::Kinesis::Stream, Properties: { ShardCount: 1, StreamEncryption: { EncryptionType: KMS, KeyId: k } } }`,
      },
    ],
    bad: [
      { cloudformation: `Thing: { Type: AWS::Kinesis::Stream, Properties: { ShardCount: 1 } }` },
      {
        cloudformation: `Thing: { Type: AWS::Kinesis::Stream, Properties: { ShardCount: 1, StreamEncryption: { EncryptionType: KMS, KeyId: alias/aws/kinesis } } }`,
      },
    ],
  },
};
