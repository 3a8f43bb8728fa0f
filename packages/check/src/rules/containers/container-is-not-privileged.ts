/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const containerIsNotPrivileged: Rule = {
  id: "container-is-not-privileged",
  title: "Containers are not privileged",
  why: "A privileged container is root on its host.",
  remedy: "Leave Privileged away.",
  snippet: `
Thing: { Type: AWS::ECS::TaskDefinition, Properties: { ContainerDefinitions: [{ Name: c }] } }`,
  severity: "high",
  topics: ["privilege-escalation"],
  types: ["AWS::ECS::TaskDefinition", "AWS::Batch::JobDefinition"],
  judge(thing: Resource) {
    if (thing.type === "AWS::Batch::JobDefinition") return not(thing.at("ContainerProperties.Privileged").isTrue());
    return thing.at("ContainerDefinitions").every((one) => not(one.at("Privileged").isTrue()));
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::ECS::TaskDefinition, Properties: { ContainerDefinitions: [{ Name: c }] } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::ECS::TaskDefinition, Properties: { ContainerDefinitions: [{ Name: c, Privileged: true }] } }`,
      },
      {
        cloudformation: `Job: { Type: AWS::Batch::JobDefinition, Properties: { ContainerProperties: { Privileged: true } } }`,
      },
    ],
  },
};
