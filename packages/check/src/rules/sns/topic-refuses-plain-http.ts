/** 45 CFR 164.312(e)(1): transmission security. */
import { someAttached, type Graph } from "../../graph/graph.ts";
import { policyDocument } from "../../graph/policy-document.ts";
import type { Resource } from "../../graph/resource.ts";
import { all, fail, saying } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const topicRefusesPlainHttp: Rule = {
  id: "topic-refuses-plain-http",
  title: "The topic refuses requests without TLS",
  why: "SNS answers plain HTTP too. A client that is configured wrongly then sends PHI in clear text.",
  remedy: "Deny every action where aws:SecureTransport is false.",
  snippet: `
PolicyDocument:
  Statement:
    - Effect: Deny
      Principal: "*"
      Action: sns:*
      Resource: !Ref Topic
      Condition: { Bool: { aws:SecureTransport: false } }`,
  severity: "medium",
  topics: ["encryption-in-transit"],
  types: ["AWS::SNS::Topic"],
  judge(topic: Resource, graph: Graph) {
    const missing = fail(`no policy belongs to ${topic.name}`, topic.spot);
    return someAttached(graph.attached(topic, "AWS::SNS::TopicPolicy", "Topics"), missing, (policy) =>
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
Topic: { Type: AWS::SNS::Topic }
Policy: { Type: AWS::SNS::TopicPolicy, Properties: { Topics: [!Ref Topic], PolicyDocument: { Statement: [{ Effect: Deny, Principal: "*", Action: "sns:*", Resource: "*", Condition: { Bool: { "aws:SecureTransport": "false" } } }] } } }`,
      },
    ],
    bad: [{ cloudformation: `Topic: { Type: AWS::SNS::Topic }` }],
  },
};
