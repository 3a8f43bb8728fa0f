/** 45 CFR 164.312(b): activity is recorded. */
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const stateMachineLogHoldsNoData: Rule = {
  id: "state-machine-log-holds-no-data",
  title: "The log of the state machine holds no data",
  why: "Input and output of every step, PHI included, go to the log in clear text.",
  remedy: "Set IncludeExecutionData to false.",
  snippet: `
Thing: { Type: AWS::StepFunctions::StateMachine, Properties: { LoggingConfiguration: { Level: ERROR, IncludeExecutionData: false } } }`,
  severity: "high",
  topics: ["log-protection", "data-classification"],
  types: ["AWS::StepFunctions::StateMachine"],
  judge(thing: Resource) {
    const log = thing.at("LoggingConfiguration");
    return log.isAbsent ? "notApplicable" : not(log.at("IncludeExecutionData").isTrue());
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::StepFunctions::StateMachine, Properties: { LoggingConfiguration: { Level: ERROR, IncludeExecutionData: false } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::StepFunctions::StateMachine, Properties: { LoggingConfiguration: { Level: ALL, IncludeExecutionData: true } } }`,
      },
    ],
  },
};
