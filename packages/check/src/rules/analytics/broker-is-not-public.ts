/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const brokerIsNotPublic: Rule = {
  id: "broker-is-not-public",
  title: "The broker has no public address",
  why: "A broker on the internet has one password before all messages.",
  remedy: "Set PubliclyAccessible to false.",
  snippet: `
Thing: { Type: AWS::AmazonMQ::Broker, Properties: { PubliclyAccessible: false } }`,
  severity: "critical",
  topics: ["public-exposure", "network-isolation"],
  types: ["AWS::AmazonMQ::Broker"],
  judge(thing: Resource) {
    return not(thing.at("PubliclyAccessible").isTrue());
  },
  samples: {
    good: [{ cloudformation: `Thing: { Type: AWS::AmazonMQ::Broker, Properties: { PubliclyAccessible: false } }` }],
    bad: [{ cloudformation: `Thing: { Type: AWS::AmazonMQ::Broker, Properties: { PubliclyAccessible: true } }` }],
  },
};
