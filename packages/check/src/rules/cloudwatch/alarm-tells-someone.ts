/** 45 CFR 164.312(b): activity is recorded. */
import type { Resource } from "../../graph/resource.ts";
import { all, any, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const alarmTellsSomeone: Rule = {
  id: "alarm-tells-someone",
  title: "The alarm tells someone",
  why: "An alarm without an action turns red where nobody looks.",
  remedy: "Set AlarmActions to a topic that people read.",
  snippet: `
Thing: { Type: AWS::CloudWatch::Alarm, Properties: { MetricName: Errors, AlarmActions: [t] } }`,
  severity: "medium",
  topics: ["monitoring"],
  types: ["AWS::CloudWatch::Alarm"],
  judge(thing: Resource) {
    return all(
      not(thing.at("ActionsEnabled").isFalse()),
      any(
        thing.at("AlarmActions").isFilled(),
        thing.at("OKActions").isFilled(),
        thing.at("InsufficientDataActions").isFilled(),
      ),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::CloudWatch::Alarm, Properties: { MetricName: Errors, AlarmActions: [t] } }`,
      },
    ],
    bad: [
      { cloudformation: `Thing: { Type: AWS::CloudWatch::Alarm, Properties: { MetricName: Errors } }` },
      {
        cloudformation: `Thing: { Type: AWS::CloudWatch::Alarm, Properties: { MetricName: Errors, AlarmActions: [t], ActionsEnabled: false } }`,
      },
    ],
  },
};
