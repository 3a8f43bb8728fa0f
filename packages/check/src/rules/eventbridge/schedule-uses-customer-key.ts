/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const scheduleUsesCustomerKey: Rule = {
  id: "schedule-uses-customer-key",
  title: "The schedule is encrypted with a key of your own",
  why: "Only a key with a policy of yours is a second lock that can be denied to others, watched and withdrawn.",
  remedy: "Set KmsKeyArn.",
  snippet: `
Thing: { Type: AWS::Scheduler::Schedule, Properties: { ScheduleExpression: rate(1 day), KmsKeyArn: k } }`,
  severity: "low",
  topics: ["encryption-at-rest", "key-management"],
  types: ["AWS::Scheduler::Schedule"],
  judge(thing: Resource) {
    return thing.at("KmsKeyArn").isFilled();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::Scheduler::Schedule, Properties: { ScheduleExpression: rate(1 day), KmsKeyArn: k } }`,
      },
    ],
    bad: [
      { cloudformation: `Thing: { Type: AWS::Scheduler::Schedule, Properties: { ScheduleExpression: rate(1 day) } }` },
    ],
  },
};
