/** 45 CFR 164.308(a)(4)(ii)(B): access is granted by what is needed. */
import { policyDocument } from "../../graph/policy-document.ts";
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const queuePolicyAllowsNoNotAction: Rule = {
  id: "queue-policy-allows-no-not-action",
  title: "The queue policy allows nothing by exclusion of actions",
  why: "Allow with NotAction grants every action but the few named, also those that AWS adds next year.",
  remedy: "Say Action and name what is meant.",
  snippet: `
PolicyDocument:
  Statement:
    - Effect: Allow
      Principal: { Service: events.amazonaws.com }
      Action: sqs:SendMessage
      Resource: !GetAtt Queue.Arn
      Condition: { ArnEquals: { aws:SourceArn: !GetAtt Rule.Arn } }`,
  severity: "high",
  topics: ["least-privilege"],
  types: ["AWS::SQS::QueuePolicy"],
  judge(policy: Resource) {
    return policyDocument(policy.at("PolicyDocument")).noAllow((statement) =>
      statement.property.at("NotAction").exists(),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Policy: { Type: AWS::SQS::QueuePolicy, Properties: { Queues: [x], PolicyDocument: { Statement: [{ Effect: Allow, Principal: { AWS: "1" }, Action: "sqs:SendMessage", Resource: "*" }] } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Policy: { Type: AWS::SQS::QueuePolicy, Properties: { Queues: [x], PolicyDocument: { Statement: [{ Effect: Allow, Principal: { AWS: "1" }, NotAction: "x:Delete", Resource: "*" }] } } }`,
      },
    ],
  },
};
