/** 45 CFR 164.308(a)(5)(ii)(B): protection from malicious software. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const brokerTakesMinorVersions: Rule = {
  id: "broker-takes-minor-versions",
  title: "The broker takes minor versions by itself",
  why: "Minor versions close holes that are known; a broker that waits for someone to think of it stays open.",
  remedy: "Set AutoMinorVersionUpgrade to true.",
  snippet: `
Thing: { Type: AWS::AmazonMQ::Broker, Properties: { AutoMinorVersionUpgrade: true, EngineType: ACTIVEMQ } }`,
  severity: "low",
  topics: ["patching"],
  types: ["AWS::AmazonMQ::Broker"],
  judge(thing: Resource) {
    return thing.at("AutoMinorVersionUpgrade").isTrue();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::AmazonMQ::Broker, Properties: { AutoMinorVersionUpgrade: true, EngineType: ACTIVEMQ } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::AmazonMQ::Broker, Properties: { AutoMinorVersionUpgrade: false, EngineType: ACTIVEMQ } }`,
      },
    ],
  },
};
