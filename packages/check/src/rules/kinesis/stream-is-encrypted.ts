/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import { all } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const streamIsEncrypted: Rule = {
  id: "stream-is-encrypted",
  title: "The stream is encrypted through KMS",
  why: "Records wait in the stream for a day or more, on disks that are not yours.",
  remedy: "Set StreamEncryption with EncryptionType KMS.",
  snippet: `
Thing: { Type: AWS::Kinesis::Stream, Properties: { ShardCount: 1, StreamEncryption: { EncryptionType: KMS, KeyId: alias/phi } } }`,
  severity: "high",
  topics: ["encryption-at-rest"],
  types: ["AWS::Kinesis::Stream"],
  judge(thing: Resource) {
    return all(
      thing.at("StreamEncryption.EncryptionType").equals("KMS"),
      thing.at("StreamEncryption.KeyId").isFilled(),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::Kinesis::Stream, Properties: { ShardCount: 1, StreamEncryption: { EncryptionType: KMS, KeyId: alias/phi } } }`,
      },
    ],
    bad: [
      { cloudformation: `Thing: { Type: AWS::Kinesis::Stream, Properties: { ShardCount: 1 } }` },
      {
        cloudformation: `Thing: { Type: AWS::Kinesis::Stream, Properties: { ShardCount: 1, StreamEncryption: { EncryptionType: NONE } } }`,
      },
    ],
  },
};
