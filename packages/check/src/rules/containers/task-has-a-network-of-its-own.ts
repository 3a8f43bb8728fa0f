/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const taskHasANetworkOfItsOwn: Rule = {
  id: "task-has-a-network-of-its-own",
  title: "The task has a network of its own",
  why: "In the modes host and bridge tasks share an address, and security groups can't tell them apart.",
  remedy: "Set NetworkMode to awsvpc.",
  snippet: `
Thing: { Type: AWS::ECS::TaskDefinition, Properties: { Family: f, NetworkMode: awsvpc } }`,
  severity: "low",
  topics: ["network-isolation"],
  types: ["AWS::ECS::TaskDefinition"],
  judge(thing: Resource) {
    return thing.at("NetworkMode").equals("awsvpc");
  },
  samples: {
    good: [
      { cloudformation: `Thing: { Type: AWS::ECS::TaskDefinition, Properties: { Family: f, NetworkMode: awsvpc } }` },
    ],
    bad: [
      { cloudformation: `Thing: { Type: AWS::ECS::TaskDefinition, Properties: { Family: f } }` },
      { cloudformation: `Thing: { Type: AWS::ECS::TaskDefinition, Properties: { Family: f, NetworkMode: bridge } }` },
    ],
  },
};
