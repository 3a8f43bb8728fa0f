/** 45 CFR 164.308(a)(7)(ii)(C): critical processes go on. */
import { someAttached, type Graph } from "../../graph/graph.ts";
import type { Resource } from "../../graph/resource.ts";
import { any, saying } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const functionHasDeadLetters: Rule = {
  id: "function-has-dead-letters",
  title: "The function keeps events that it could not handle",
  why: "An asynchronous event is tried three times and then dropped. A result or an order that is dropped without a trace is a patient who waits.",
  remedy: "Set DeadLetterConfig, or an OnFailure destination, to a queue that someone watches.",
  snippet: `
DeadLetterConfig: { TargetArn: !GetAtt DeadLetters.Arn }`,
  severity: "medium",
  topics: ["resilience"],
  types: ["AWS::Lambda::Function"],
  judge(fn: Resource, graph: Graph) {
    const own = fn.at("DeadLetterConfig.TargetArn").isFilled();
    const missing = saying(own, "neither DeadLetterConfig nor an OnFailure destination is set");
    const configs = graph.attached(fn, "AWS::Lambda::EventInvokeConfig", "FunctionName");
    return any(
      own,
      someAttached(configs, missing, (config) => config.at("DestinationConfig.OnFailure.Destination").isFilled()),
      missing,
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Function: { Type: AWS::Lambda::Function, Properties: { DeadLetterConfig: { TargetArn: "arn:aws:sqs:us-east-1:1:dead" } } }`,
      },
      {
        cloudformation: `
Function: { Type: AWS::Lambda::Function }
Config: { Type: AWS::Lambda::EventInvokeConfig, Properties: { FunctionName: !Ref Function, Qualifier: "$LATEST", DestinationConfig: { OnFailure: { Destination: "arn:aws:sqs:us-east-1:1:dead" } } } }`,
      },
    ],
    bad: [{ cloudformation: `Function: { Type: AWS::Lambda::Function, Properties: { Runtime: nodejs22.x } }` }],
  },
};
