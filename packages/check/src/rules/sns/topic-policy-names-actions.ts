/** 45 CFR 164.308(a)(4)(ii)(B): access is granted by what is needed. */
import { policyDocument } from "../../graph/policy-document.ts";
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const topicPolicyNamesActions: Rule = {
  id: "topic-policy-names-actions",
  title: "The topic policy allows only named actions",
  why: "A wildcard action lets the principal change the policy of the topic and delete it.",
  remedy: "List the actions that are needed.",
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
    return policyDocument(policy.at("PolicyDocument")).noAllow((statement) => statement.hasWildcardAction());
  },
  samples: {
    good: [
      {
        cloudformation: `Policy: { Type: AWS::SNS::TopicPolicy, Properties: { Topics: [x], PolicyDocument: { Statement: [{ Effect: Allow, Principal: { AWS: "1" }, Action: ["sns:Publish"], Resource: "*" }] } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Policy: { Type: AWS::SNS::TopicPolicy, Properties: { Topics: [x], PolicyDocument: { Statement: [{ Effect: Allow, Principal: { AWS: "1" }, Action: "sns:*", Resource: "*" }] } } }`,
      },
      {
        cloudformation: `Policy: { Type: AWS::SNS::TopicPolicy, Properties: { Topics: [x], PolicyDocument: { Statement: [{ Effect: Allow, Principal: { AWS: "1" }, Action: ["*"], Resource: "*" }] } } }`,
      },
    ],
  },
};
