/** 45 CFR 164.308(a)(5)(ii)(B): protection from malicious software. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const guarddutyIsOn: Rule = {
  id: "guardduty-is-on",
  title: "GuardDuty is on",
  why: "It notices credentials used from elsewhere and data that leaves, which nobody reads logs for at night.",
  remedy: "Set Enable to true.",
  snippet: `
Thing: { Type: AWS::GuardDuty::Detector, Properties: { Enable: true } }`,
  severity: "high",
  topics: ["malicious-software", "monitoring"],
  types: ["AWS::GuardDuty::Detector"],
  judge(thing: Resource) {
    return thing.at("Enable").isTrue();
  },
  samples: {
    good: [{ cloudformation: `Thing: { Type: AWS::GuardDuty::Detector, Properties: { Enable: true } }` }],
    bad: [{ cloudformation: `Thing: { Type: AWS::GuardDuty::Detector, Properties: { Enable: false } }` }],
  },
};
