/** 45 CFR 164.312(a)(2)(iv): what waits in a queue lies on disks until it is read. */
import type { Resource } from "../../graph/resource.ts";
import { any, saying } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const queueIsEncrypted: Rule = {
  id: "queue-is-encrypted",
  title: "The queue encrypts its messages at rest",
  why: "A message with PHI may wait in the queue for two weeks. Where the template does not say that it is encrypted, that hangs on a default which differs by how and when the queue was made.",
  remedy: "Name a key in KmsMasterKeyId, or at least set SqsManagedSseEnabled to true.",
  snippet: `
Queue:
  Type: AWS::SQS::Queue
  Properties:
    KmsMasterKeyId: !Ref Key`,
  severity: "high",
  topics: ["encryption-at-rest"],
  types: ["AWS::SQS::Queue"],
  judge(queue: Resource) {
    const answer = any(queue.at("KmsMasterKeyId").isFilled(), queue.at("SqsManagedSseEnabled").isTrue());
    return saying(answer, "no KmsMasterKeyId is set, and SqsManagedSseEnabled is not true");
  },
  samples: {
    good: [
      { cloudformation: `Queue: { Type: AWS::SQS::Queue, Properties: { KmsMasterKeyId: alias/phi } }` },
      { cloudformation: `Queue: { Type: AWS::SQS::Queue, Properties: { SqsManagedSseEnabled: true } }` },
    ],
    bad: [
      { cloudformation: `Queue: { Type: AWS::SQS::Queue }` },
      { cloudformation: `Queue: { Type: AWS::SQS::Queue, Properties: { SqsManagedSseEnabled: false } }` },
    ],
  },
};
