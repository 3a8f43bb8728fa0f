/** 45 CFR 164.312(e)(1): transmission security. */
import { someAttached, type Graph } from "../../graph/graph.ts";
import { policyDocument } from "../../graph/policy-document.ts";
import type { Resource } from "../../graph/resource.ts";
import { all, fail, saying } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const queueRefusesPlainHttp: Rule = {
  id: "queue-refuses-plain-http",
  title: "The queue refuses requests without TLS",
  why: "SQS answers plain HTTP too. A client that is configured wrongly then sends PHI in clear text.",
  remedy: "Deny every action where aws:SecureTransport is false.",
  snippet: `
PolicyDocument:
  Statement:
    - Effect: Deny
      Principal: "*"
      Action: sqs:*
      Resource: !GetAtt Queue.Arn
      Condition: { Bool: { aws:SecureTransport: false } }`,
  severity: "medium",
  topics: ["encryption-in-transit"],
  types: ["AWS::SQS::Queue"],
  judge(queue: Resource, graph: Graph) {
    const missing = fail(`no policy belongs to ${queue.name}`, queue.spot);
    return someAttached(graph.attached(queue, "AWS::SQS::QueuePolicy", "Queues"), missing, (policy) =>
      saying(
        policyDocument(policy.at("PolicyDocument")).some((statement) =>
          all(
            statement.isDeny(),
            statement.hasAnyonePrincipal(),
            statement.comparesTo(/^Bool(IfExists)?$/i, "aws:SecureTransport", false),
          ),
        ),
        "no statement denies requests where aws:SecureTransport is false",
      ),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `
Queue: { Type: AWS::SQS::Queue }
Policy: { Type: AWS::SQS::QueuePolicy, Properties: { Queues: [!Ref Queue], PolicyDocument: { Statement: [{ Effect: Deny, Principal: "*", Action: "sqs:*", Resource: "*", Condition: { Bool: { "aws:SecureTransport": "false" } } }] } } }`,
      },
    ],
    bad: [{ cloudformation: `Queue: { Type: AWS::SQS::Queue }` }],
  },
};
