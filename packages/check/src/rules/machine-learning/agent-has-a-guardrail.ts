/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const agentHasAGuardrail: Rule = {
  id: "agent-has-a-guardrail",
  title: "The Bedrock agent has a guardrail",
  why: "Without one an agent repeats what it was told in confidence.",
  remedy: "Set GuardrailConfiguration.",
  snippet: `
Thing: { Type: AWS::Bedrock::Agent, Properties: { AgentName: a, GuardrailConfiguration: { GuardrailIdentifier: g, GuardrailVersion: "1" } } }`,
  severity: "medium",
  topics: ["input-validation", "egress-control"],
  types: ["AWS::Bedrock::Agent"],
  judge(thing: Resource) {
    return thing.at("GuardrailConfiguration.GuardrailIdentifier").isFilled();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::Bedrock::Agent, Properties: { AgentName: a, GuardrailConfiguration: { GuardrailIdentifier: g, GuardrailVersion: "1" } } }`,
      },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::Bedrock::Agent, Properties: { AgentName: a } }` }],
  },
};
