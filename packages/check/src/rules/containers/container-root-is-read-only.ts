/** 45 CFR 164.308(a)(5)(ii)(B): protection from malicious software. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const containerRootIsReadOnly: Rule = {
  id: "container-root-is-read-only",
  title: "The root file system of containers is read-only",
  why: "Whoever breaks in can then leave nothing behind.",
  remedy: "Set ReadonlyRootFilesystem to true.",
  snippet: `
Thing: { Type: AWS::ECS::TaskDefinition, Properties: { ContainerDefinitions: [{ Name: c, ReadonlyRootFilesystem: true }] } }`,
  severity: "low",
  topics: ["integrity", "malicious-software"],
  types: ["AWS::ECS::TaskDefinition"],
  judge(thing: Resource) {
    return thing.at("ContainerDefinitions").isAbsent
      ? "notApplicable"
      : thing.at("ContainerDefinitions").every((one) => one.at("ReadonlyRootFilesystem").isTrue());
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::ECS::TaskDefinition, Properties: { ContainerDefinitions: [{ Name: c, ReadonlyRootFilesystem: true }] } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::ECS::TaskDefinition, Properties: { ContainerDefinitions: [{ Name: c }] } }`,
      },
    ],
  },
};
