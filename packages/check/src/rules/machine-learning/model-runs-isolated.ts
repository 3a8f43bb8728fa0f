/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const modelRunsIsolated: Rule = {
  id: "model-runs-isolated",
  title: "The model runs without a network",
  why: "A model that someone else built, with a network, can send what it sees.",
  remedy: "Set EnableNetworkIsolation to true.",
  snippet: `
Thing: { Type: AWS::SageMaker::Model, Properties: { EnableNetworkIsolation: true } }`,
  severity: "medium",
  topics: ["egress-control"],
  types: ["AWS::SageMaker::Model"],
  judge(thing: Resource) {
    return thing.at("EnableNetworkIsolation").isTrue();
  },
  samples: {
    good: [{ cloudformation: `Thing: { Type: AWS::SageMaker::Model, Properties: { EnableNetworkIsolation: true } }` }],
    bad: [{ cloudformation: `Thing: { Type: AWS::SageMaker::Model }` }],
  },
};
