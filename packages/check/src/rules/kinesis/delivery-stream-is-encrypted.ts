/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const deliveryStreamIsEncrypted: Rule = {
  id: "delivery-stream-is-encrypted",
  title: "The delivery stream is encrypted",
  why: "What waits for delivery lies on disks that are not yours.",
  remedy: "Set DeliveryStreamEncryptionConfigurationInput.",
  snippet: `
Thing: { Type: AWS::KinesisFirehose::DeliveryStream, Properties: { DeliveryStreamType: DirectPut, DeliveryStreamEncryptionConfigurationInput: { KeyType: AWS_OWNED_CMK } } }`,
  severity: "high",
  topics: ["encryption-at-rest"],
  types: ["AWS::KinesisFirehose::DeliveryStream"],
  judge(thing: Resource) {
    const source = thing.at("DeliveryStreamType").equals("KinesisStreamAsSource", "MSKAsSource");
    return source.outcome === "pass"
      ? "notApplicable"
      : thing.at("DeliveryStreamEncryptionConfigurationInput.KeyType").isFilled();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::KinesisFirehose::DeliveryStream, Properties: { DeliveryStreamType: DirectPut, DeliveryStreamEncryptionConfigurationInput: { KeyType: AWS_OWNED_CMK } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::KinesisFirehose::DeliveryStream, Properties: { DeliveryStreamType: DirectPut } }`,
      },
    ],
  },
};
