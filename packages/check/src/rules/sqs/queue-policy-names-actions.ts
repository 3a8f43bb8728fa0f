/** 45 CFR 164.308(a)(4)(ii)(B): access is granted by what is needed. */
import { policyDocument } from "../../graph/policy-document.ts";
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const queuePolicyNamesActions: Rule = {
  id: "queue-policy-names-actions",
  title: "The queue policy allows only named actions",
  why: "A wildcard action lets the principal change the policy of the queue and delete it.",
  remedy: "List the actions that are needed.",
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
    return policyDocument(policy.at("PolicyDocument")).noAllow((statement) => statement.hasWildcardAction());
  },
  samples: {
    good: [
      {
        cloudformation: `Policy: { Type: AWS::SQS::QueuePolicy, Properties: { Queues: [x], PolicyDocument: { Statement: [{ Effect: Allow, Principal: { AWS: "1" }, Action: ["sqs:SendMessage"], Resource: "*" }] } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Policy: { Type: AWS::SQS::QueuePolicy, Properties: { Queues: [x], PolicyDocument: { Statement: [{ Effect: Allow, Principal: { AWS: "1" }, Action: "sqs:*", Resource: "*" }] } } }`,
      },
      {
        cloudformation: `Policy: { Type: AWS::SQS::QueuePolicy, Properties: { Queues: [x], PolicyDocument: { Statement: [{ Effect: Allow, Principal: { AWS: "1" }, Action: ["*"], Resource: "*" }] } } }`,
      },
    ],
  },
};
