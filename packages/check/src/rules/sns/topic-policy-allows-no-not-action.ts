/** 45 CFR 164.308(a)(4)(ii)(B): access is granted by what is needed. */
import { policyDocument } from "../../graph/policy-document.ts";
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const topicPolicyAllowsNoNotAction: Rule = {
  id: "topic-policy-allows-no-not-action",
  title: "The topic policy allows nothing by exclusion of actions",
  why: "Allow with NotAction grants every action but the few named, also those that AWS adds next year.",
  remedy: "Say Action and name what is meant.",
  snippet: `
PolicyDocument:
  Statement:
    - Effect: Allow
      Principal: { Service: events.amazonaws.com }
      Action: sns:Publish
      Resource: !Ref Topic
      Condition: { ArnEquals: { aws:SourceArn: !GetAtt Rule.Arn } }`,
  severity: "high",
  topics: ["least-privilege"],
  types: ["AWS::SNS::TopicPolicy"],
  judge(policy: Resource) {
    return policyDocument(policy.at("PolicyDocument")).noAllow((statement) =>
      statement.property.at("NotAction").exists(),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Policy: { Type: AWS::SNS::TopicPolicy, Properties: { Topics: [x], PolicyDocument: { Statement: [{ Effect: Allow, Principal: { AWS: "1" }, Action: "sns:Publish", Resource: "*" }] } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Policy: { Type: AWS::SNS::TopicPolicy, Properties: { Topics: [x], PolicyDocument: { Statement: [{ Effect: Allow, Principal: { AWS: "1" }, NotAction: "x:Delete", Resource: "*" }] } } }`,
      },
    ],
  },
};
