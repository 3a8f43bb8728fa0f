/** 45 CFR 164.312(e)(1): transmission security. */
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const subscriptionUsesTls: Rule = {
  id: "subscription-uses-tls",
  title: "The subscription delivers over TLS",
  why: "A subscription by http carries every message in clear text.",
  remedy: "Use https, or better a queue or function.",
  snippet: `
Subscription:
  Type: AWS::SNS::Subscription
  Properties: { TopicArn: !Ref Topic, Protocol: https, Endpoint: https://results.clinic.example/sns }`,
  severity: "critical",
  topics: ["encryption-in-transit"],
  types: ["AWS::SNS::Subscription"],
  judge(subscription: Resource) {
    return not(subscription.at("Protocol").equals("http"));
  },
  samples: {
    good: [
      {
        cloudformation: `Subscription: { Type: AWS::SNS::Subscription, Properties: { Protocol: https, Endpoint: "https://x.example" } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Subscription: { Type: AWS::SNS::Subscription, Properties: { Protocol: http, Endpoint: "http://x.example" } }`,
      },
    ],
  },
};
