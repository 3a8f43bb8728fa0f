/** 45 CFR 164.312(e)(1): transmission security. */
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const subscriptionCarriesNoPhiInTheClear: Rule = {
  id: "subscription-carries-no-phi-in-the-clear",
  title: "The subscription goes to no mailbox or phone",
  why: "E-mail and text messages leave AWS unencrypted and stay with providers with whom there is no agreement.",
  remedy: "Send a notice without content by a function, or deliver to a queue.",
  snippet: `
Subscription:
  Type: AWS::SNS::Subscription
  Properties: { TopicArn: !Ref Topic, Protocol: sqs, Endpoint: !GetAtt Queue.Arn }`,
  severity: "medium",
  topics: ["egress-control", "eligible-service"],
  types: ["AWS::SNS::Subscription"],
  judge(subscription: Resource) {
    return not(subscription.at("Protocol").equals("email", "email-json", "sms"));
  },
  samples: {
    good: [{ cloudformation: `Subscription: { Type: AWS::SNS::Subscription, Properties: { Protocol: sqs } }` }],
    bad: [
      { cloudformation: `Subscription: { Type: AWS::SNS::Subscription, Properties: { Protocol: email } }` },
      { cloudformation: `Subscription: { Type: AWS::SNS::Subscription, Properties: { Protocol: sms } }` },
    ],
  },
};
