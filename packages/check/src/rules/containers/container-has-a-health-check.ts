/** Hygiene: no clause asks for it, operations do. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const containerHasAHealthCheck: Rule = {
  id: "container-has-a-health-check",
  title: "Containers say when they are ill",
  why: "Without a check a container that hangs counts as healthy and keeps getting work.",
  remedy: "Set HealthCheck in ContainerDefinitions.",
  snippet: `
Thing: { Type: AWS::ECS::TaskDefinition, Properties: { Family: f, ContainerDefinitions: [{ Name: c, Image: i, HealthCheck: { Command: [CMD-SHELL, "curl -f http://localhost/ || exit 1"] } }] } }`,
  severity: "low",
  topics: ["availability", "monitoring"],
  types: ["AWS::ECS::TaskDefinition"],
  judge(thing: Resource) {
    const containers = thing.at("ContainerDefinitions");
    if (containers.isAbsent) return "notApplicable";
    return containers.every((one) => one.at("HealthCheck").exists());
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::ECS::TaskDefinition, Properties: { Family: f, ContainerDefinitions: [{ Name: c, Image: i, HealthCheck: { Command: [CMD-SHELL, "curl -f http://localhost/ || exit 1"] } }] } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::ECS::TaskDefinition, Properties: { Family: f, ContainerDefinitions: [{ Name: c, Image: i }] } }`,
      },
    ],
  },
};
