/** 45 CFR 164.312(b): activity is recorded. */
import type { Resource } from "../../graph/resource.ts";
import { all, any, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const stateMachineLogs: Rule = {
  id: "state-machine-logs",
  title: "The state machine logs what it does",
  why: "Without a log nobody can say which step failed, or what was done for whom.",
  remedy: "Set LoggingConfiguration with level ERROR or ALL.",
  snippet: `
Thing: { Type: AWS::StepFunctions::StateMachine, Properties: { LoggingConfiguration: { Level: ERROR, IncludeExecutionData: false, Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn: g } }] } } }`,
  severity: "medium",
  topics: ["audit-logging"],
  types: ["AWS::StepFunctions::StateMachine"],
  judge(thing: Resource) {
    return all(
      thing.at("LoggingConfiguration.Destinations").isFilled(),
      not(thing.at("LoggingConfiguration.Level").equals("OFF")),
      any(thing.at("LoggingConfiguration.Level").exists(), thing.at("LoggingConfiguration.Destinations").exists()),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::StepFunctions::StateMachine, Properties: { LoggingConfiguration: { Level: ERROR, IncludeExecutionData: false, Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn: g } }] } } }`,
      },
    ],
    bad: [
      { cloudformation: `Thing: { Type: AWS::StepFunctions::StateMachine }` },
      {
        cloudformation: `Thing: { Type: AWS::StepFunctions::StateMachine, Properties: { LoggingConfiguration: { Level: "OFF", Destinations: [{}] } } }`,
      },
    ],
  },
};
