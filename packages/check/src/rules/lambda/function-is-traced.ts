/** 45 CFR 164.312(b): activity is recorded and examined. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const functionIsTraced: Rule = {
  id: "function-is-traced",
  title: "The function is traced",
  why: "When a request went wrong between six functions, a trace tells where; without one it is guesswork over logs, during an incident.",
  remedy: "Set TracingConfig.Mode to Active.",
  snippet: `
TracingConfig: { Mode: Active }`,
  severity: "low",
  topics: ["monitoring"],
  types: ["AWS::Lambda::Function"],
  judge(fn: Resource) {
    return fn.at("TracingConfig.Mode").equals("Active");
  },
  samples: {
    good: [
      { cloudformation: `Function: { Type: AWS::Lambda::Function, Properties: { TracingConfig: { Mode: Active } } }` },
      {
        cloudformation: `
Transform: AWS::Serverless-2016-10-31
Resources:
  Function:
    Type: AWS::Serverless::Function
    Properties: { Runtime: nodejs22.x, Tracing: Active }`,
      },
    ],
    bad: [
      { cloudformation: `Function: { Type: AWS::Lambda::Function, Properties: { Runtime: nodejs22.x } }` },
      {
        cloudformation: `Function: { Type: AWS::Lambda::Function, Properties: { TracingConfig: { Mode: PassThrough } } }`,
      },
    ],
  },
};
