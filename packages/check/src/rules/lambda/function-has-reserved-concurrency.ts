/** 45 CFR 164.308(a)(7)(ii)(C): critical processes go on. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const functionHasReservedConcurrency: Rule = {
  id: "function-has-reserved-concurrency",
  title: "The function has a concurrency of its own",
  why: "Functions share one limit per account: a flood into one starves all others, also the one that files results. A limit of its own bounds the bill, too.",
  remedy: "Set ReservedConcurrentExecutions to what the function needs at its busiest.",
  snippet: `
ReservedConcurrentExecutions: 20`,
  severity: "low",
  topics: ["availability", "cost", "resilience"],
  types: ["AWS::Lambda::Function"],
  judge(fn: Resource) {
    return fn.at("ReservedConcurrentExecutions").exists();
  },
  samples: {
    good: [
      { cloudformation: `Function: { Type: AWS::Lambda::Function, Properties: { ReservedConcurrentExecutions: 0 } }` },
      { cloudformation: `Function: { Type: AWS::Lambda::Function, Properties: { ReservedConcurrentExecutions: 20 } }` },
    ],
    bad: [{ cloudformation: `Function: { Type: AWS::Lambda::Function, Properties: { Runtime: nodejs22.x } }` }],
  },
};
