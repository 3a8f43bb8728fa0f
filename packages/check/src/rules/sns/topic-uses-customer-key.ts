/** 45 CFR 164.312(a)(2)(iv): a key that can be denied, watched and withdrawn. */
import type { Resource } from "../../graph/resource.ts";
import { all, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const topicUsesCustomerKey: Rule = {
  id: "topic-uses-customer-key",
  title: "The topic is encrypted with a key of your own",
  why: "AWS's own key for SNS decrypts for whoever may subscribe, and services cannot be granted it.",
  remedy: "Set KmsMasterKeyId to a customer managed key.",
  snippet: `
Topic:
  Type: AWS::SNS::Topic
  Properties: { KmsMasterKeyId: !Ref PhiKey }`,
  severity: "medium",
  topics: ["encryption-at-rest", "key-management"],
  types: ["AWS::SNS::Topic"],
  judge(topic: Resource) {
    const key = topic.at("KmsMasterKeyId");
    return all(key.isFilled(), not(key.matches(/(^|:|\/)alias\/aws\//)));
  },
  samples: {
    good: [{ cloudformation: `Topic: { Type: AWS::SNS::Topic, Properties: { KmsMasterKeyId: alias/phi } }` }],
    bad: [
      { cloudformation: `Topic: { Type: AWS::SNS::Topic }` },
      { cloudformation: `Topic: { Type: AWS::SNS::Topic, Properties: { KmsMasterKeyId: alias/aws/sns } }` },
    ],
  },
};
