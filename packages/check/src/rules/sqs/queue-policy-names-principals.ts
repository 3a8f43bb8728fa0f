/** 45 CFR 164.312(a)(1): only those who were granted access. */
import { policyDocument } from "../../graph/policy-document.ts";
import type { Resource } from "../../graph/resource.ts";
import { all, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const queuePolicyNamesPrincipals: Rule = {
  id: "queue-policy-names-principals",
  title: "The queue policy lets only named principals in",
  why: 'Principal "*" lets anyone send to, or read from, the queue: false results in, real ones out.',
  remedy: "Name the roles or services, and condition services on aws:SourceArn.",
  snippet: `
PolicyDocument:
  Statement:
    - Effect: Allow
      Principal: { Service: events.amazonaws.com }
      Action: sqs:SendMessage
      Resource: !GetAtt Queue.Arn
      Condition: { ArnEquals: { aws:SourceArn: !GetAtt Rule.Arn } }`,
  severity: "critical",
  topics: ["public-exposure", "least-privilege"],
  types: ["AWS::SQS::QueuePolicy"],
  judge(policy: Resource) {
    return policyDocument(policy.at("PolicyDocument")).noAllow((statement) =>
      all(
        statement.hasAnyonePrincipal(),
        not(statement.hasCondition("aws:SourceArn", "aws:SourceAccount", "aws:PrincipalOrgID", "aws:SourceOwner")),
      ),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Policy: { Type: AWS::SQS::QueuePolicy, Properties: { Queues: [x], PolicyDocument: { Statement: [{ Effect: Allow, Principal: { AWS: "arn:aws:iam::123456789012:role/r" }, Action: "sqs:SendMessage", Resource: "*" }] } } }`,
      },
      {
        cloudformation: `Policy: { Type: AWS::SQS::QueuePolicy, Properties: { Queues: [x], PolicyDocument: { Statement: [{ Effect: Allow, Principal: "*", Action: "sqs:SendMessage", Resource: "*", Condition: { ArnEquals: { "aws:SourceArn": "arn:aws:s3:::b" } } }] } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Policy: { Type: AWS::SQS::QueuePolicy, Properties: { Queues: [x], PolicyDocument: { Statement: [{ Effect: Allow, Principal: "*", Action: "sqs:SendMessage", Resource: "*" }] } } }`,
      },
      {
        cloudformation: `Policy: { Type: AWS::SQS::QueuePolicy, Properties: { Queues: [x], PolicyDocument: { Statement: [{ Effect: Allow, Principal: { AWS: "*" }, Action: "sqs:SendMessage", Resource: "*" }] } } }`,
      },
    ],
  },
};
