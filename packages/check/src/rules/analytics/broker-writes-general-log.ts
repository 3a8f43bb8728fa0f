/** 45 CFR 164.312(b): activity is recorded. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const brokerWritesGeneralLog: Rule = {
  id: "broker-writes-general-log",
  title: "The broker writes its log",
  why: "Without it nobody can say why messages stopped.",
  remedy: "Set Logs.General to true.",
  snippet: `
Thing: { Type: AWS::AmazonMQ::Broker, Properties: { Logs: { General: true } } }`,
  severity: "low",
  topics: ["audit-logging"],
  types: ["AWS::AmazonMQ::Broker"],
  judge(thing: Resource) {
    return thing.at("Logs.General").isTrue();
  },
  samples: {
    good: [{ cloudformation: `Thing: { Type: AWS::AmazonMQ::Broker, Properties: { Logs: { General: true } } }` }],
    bad: [
      { cloudformation: `Thing: { Type: AWS::AmazonMQ::Broker }` },
      { cloudformation: `Thing: { Type: AWS::AmazonMQ::Broker, Properties: { Logs: { General: false } } }` },
    ],
  },
};
