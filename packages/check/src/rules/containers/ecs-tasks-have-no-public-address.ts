/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const ecsTasksHaveNoPublicAddress: Rule = {
  id: "ecs-tasks-have-no-public-address",
  title: "Tasks of the service get no public address",
  why: "A task with a public address is scanned within minutes.",
  remedy: "Set AssignPublicIp to DISABLED.",
  snippet: `
Thing: { Type: AWS::ECS::Service, Properties: { NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: DISABLED } } } }`,
  severity: "high",
  topics: ["public-exposure", "network-isolation"],
  types: ["AWS::ECS::Service"],
  judge(thing: Resource) {
    return not(thing.at("NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp").equals("ENABLED"));
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::ECS::Service, Properties: { NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: DISABLED } } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::ECS::Service, Properties: { NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: ENABLED } } } }`,
      },
    ],
  },
};
