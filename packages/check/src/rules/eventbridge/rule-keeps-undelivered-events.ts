/** 45 CFR 164.308(a)(7)(ii)(C): critical processes go on. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const ruleKeepsUndeliveredEvents: Rule = {
  id: "rule-keeps-undelivered-events",
  title: "The rule keeps events that could not be delivered",
  why: "After a day of failed tries an event is dropped without a trace.",
  remedy: "Set DeadLetterConfig for every target.",
  snippet: `
Thing: { Type: AWS::Events::Rule, Properties: { Targets: [{ Id: t, Arn: a, DeadLetterConfig: { Arn: q } }] } }`,
  severity: "medium",
  topics: ["resilience"],
  types: ["AWS::Events::Rule"],
  judge(thing: Resource) {
    const targets = thing.at("Targets");
    return targets.isAbsent ? "notApplicable" : targets.every((target) => target.at("DeadLetterConfig.Arn").isFilled());
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::Events::Rule, Properties: { Targets: [{ Id: t, Arn: a, DeadLetterConfig: { Arn: q } }] } }`,
      },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::Events::Rule, Properties: { Targets: [{ Id: t, Arn: a }] } }` }],
  },
};
