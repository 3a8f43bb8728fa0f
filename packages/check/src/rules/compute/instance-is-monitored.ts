/** 45 CFR 164.312(b): activity is recorded. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const instanceIsMonitored: Rule = {
  id: "instance-is-monitored",
  title: "The instance is watched closely",
  why: "Every five minutes is late to see a machine that is busy copying records.",
  remedy: "Set Monitoring to true.",
  snippet: `
Instance: { Type: AWS::EC2::Instance, Properties: { Monitoring: true } }`,
  severity: "low",
  topics: ["monitoring"],
  types: ["AWS::EC2::Instance"],
  judge(instance: Resource) {
    return instance.at("Monitoring").isTrue();
  },
  samples: {
    good: [{ cloudformation: `Instance: { Type: AWS::EC2::Instance, Properties: { Monitoring: true } }` }],
    bad: [{ cloudformation: `Instance: { Type: AWS::EC2::Instance, Properties: { ImageId: a } }` }],
  },
};
