/** 45 CFR 164.312(b): activity is recorded. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const stateMachineIsTraced: Rule = {
  id: "state-machine-is-traced",
  title: "The state machine is traced",
  why: "When a visit was half booked, a trace tells where it stopped.",
  remedy: "Set TracingConfiguration.Enabled to true.",
  snippet: `
Thing: { Type: AWS::StepFunctions::StateMachine, Properties: { TracingConfiguration: { Enabled: true } } }`,
  severity: "low",
  topics: ["monitoring"],
  types: ["AWS::StepFunctions::StateMachine"],
  judge(thing: Resource) {
    return thing.at("TracingConfiguration.Enabled").isTrue();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::StepFunctions::StateMachine, Properties: { TracingConfiguration: { Enabled: true } } }`,
      },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::StepFunctions::StateMachine }` }],
  },
};
