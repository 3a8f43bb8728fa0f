/** 45 CFR 164.312(a)(2)(iv): a key of one's own can be denied to others, watched and withdrawn. */
import type { Resource } from "../../graph/resource.ts";
import { all, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const queueUsesCustomerKey: Rule = {
  id: "queue-uses-customer-key",
  title: "The queue is encrypted with a key of your own",
  why: "Who may read a queue may decrypt what AWS's own keys encrypt. Only a key with a policy of yours adds a second lock, shows each use in CloudTrail, and can be withdrawn.",
  remedy: "Set KmsMasterKeyId to a customer managed key whose policy names the senders and readers.",
  snippet: `
Queue:
  Type: AWS::SQS::Queue
  Properties:
    KmsMasterKeyId: !GetAtt PhiKey.Arn`,
  severity: "medium",
  topics: ["encryption-at-rest", "key-management"],
  types: ["AWS::SQS::Queue"],
  judge(queue: Resource) {
    const key = queue.at("KmsMasterKeyId");
    return all(key.isFilled(), not(key.matches(/(^|:|\/)alias\/aws\//)));
  },
  samples: {
    good: [
      { cloudformation: `Queue: { Type: AWS::SQS::Queue, Properties: { KmsMasterKeyId: alias/phi } }` },
      {
        cloudformation: `
Key: { Type: AWS::KMS::Key, Properties: { EnableKeyRotation: true } }
Queue: { Type: AWS::SQS::Queue, Properties: { KmsMasterKeyId: !Ref Key } }`,
      },
    ],
    bad: [
      { cloudformation: `Queue: { Type: AWS::SQS::Queue }` },
      { cloudformation: `Queue: { Type: AWS::SQS::Queue, Properties: { KmsMasterKeyId: alias/aws/sqs } }` },
    ],
    unknown: [
      {
        cloudformation: `
Parameters:
  KeyArn: { Type: String }
Resources:
  Queue: { Type: AWS::SQS::Queue, Properties: { KmsMasterKeyId: !Ref KeyArn } }`,
      },
    ],
  },
};
