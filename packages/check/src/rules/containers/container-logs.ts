/** 45 CFR 164.312(b): activity is recorded. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const containerLogs: Rule = {
  id: "container-logs",
  title: "Containers write logs",
  why: "Without a log driver what a container said is gone with it.",
  remedy: "Set LogConfiguration.",
  snippet: `
Thing: { Type: AWS::ECS::TaskDefinition, Properties: { ContainerDefinitions: [{ Name: c, LogConfiguration: { LogDriver: awslogs } }] } }`,
  severity: "medium",
  topics: ["audit-logging"],
  types: ["AWS::ECS::TaskDefinition"],
  judge(thing: Resource) {
    return thing.at("ContainerDefinitions").isAbsent
      ? "notApplicable"
      : thing.at("ContainerDefinitions").every((one) => one.at("LogConfiguration.LogDriver").isFilled());
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::ECS::TaskDefinition, Properties: { ContainerDefinitions: [{ Name: c, LogConfiguration: { LogDriver: awslogs } }] } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::ECS::TaskDefinition, Properties: { ContainerDefinitions: [{ Name: c }] } }`,
      },
    ],
  },
};
