/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const topicIsEncrypted: Rule = {
  id: "topic-is-encrypted",
  title: "The topic encrypts its messages at rest",
  why: "Messages wait on disks until every subscriber took them; SNS encrypts them only when it is told to.",
  remedy: "Set KmsMasterKeyId.",
  snippet: `
Topic:
  Type: AWS::SNS::Topic
  Properties: { KmsMasterKeyId: !Ref PhiKey }`,
  severity: "high",
  topics: ["encryption-at-rest"],
  types: ["AWS::SNS::Topic"],
  judge(topic: Resource) {
    return topic.at("KmsMasterKeyId").isFilled();
  },
  samples: {
    good: [{ cloudformation: `Topic: { Type: AWS::SNS::Topic, Properties: { KmsMasterKeyId: alias/aws/sns } }` }],
    bad: [{ cloudformation: `Topic: { Type: AWS::SNS::Topic }` }],
  },
};
