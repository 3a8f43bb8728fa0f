/** 45 CFR 164.308(a)(7)(ii)(C): critical processes go on. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const scheduleKeepsUndeliveredEvents: Rule = {
  id: "schedule-keeps-undelivered-events",
  title: "The schedule keeps what could not be delivered",
  why: "A reminder or a refill that was dropped without a trace is noticed by the patient first.",
  remedy: "Set Target.DeadLetterConfig.",
  snippet: `
Thing: { Type: AWS::Scheduler::Schedule, Properties: { ScheduleExpression: rate(1 day), Target: { Arn: a, DeadLetterConfig: { Arn: q } } } }`,
  severity: "low",
  topics: ["resilience"],
  types: ["AWS::Scheduler::Schedule"],
  judge(thing: Resource) {
    return thing.at("Target.DeadLetterConfig.Arn").isFilled();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::Scheduler::Schedule, Properties: { ScheduleExpression: rate(1 day), Target: { Arn: a, DeadLetterConfig: { Arn: q } } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::Scheduler::Schedule, Properties: { ScheduleExpression: rate(1 day), Target: { Arn: a } } }`,
      },
    ],
  },
};
