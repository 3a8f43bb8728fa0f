/** 45 CFR 164.312(b): activity is recorded. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const brokerWritesAuditLog: Rule = {
  id: "broker-writes-audit-log",
  title: "The broker writes its audit log",
  why: "Without it nobody can say who changed which queue.",
  remedy: "Set Logs.Audit to true.",
  snippet: `
Thing: { Type: AWS::AmazonMQ::Broker, Properties: { Logs: { Audit: true } } }`,
  severity: "medium",
  topics: ["audit-logging"],
  types: ["AWS::AmazonMQ::Broker"],
  judge(thing: Resource) {
    return thing.at("Logs.Audit").isTrue();
  },
  samples: {
    good: [{ cloudformation: `Thing: { Type: AWS::AmazonMQ::Broker, Properties: { Logs: { Audit: true } } }` }],
    bad: [
      { cloudformation: `Thing: { Type: AWS::AmazonMQ::Broker }` },
      { cloudformation: `Thing: { Type: AWS::AmazonMQ::Broker, Properties: { Logs: { Audit: false } } }` },
    ],
  },
};
