/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import { all, any, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const taskOnTheHostNetworkIsNotRoot: Rule = {
  id: "task-on-the-host-network-is-not-root",
  title: "A task on the host's network does not run as root",
  why: "Root on the host's network is root on the host's neighbours.",
  remedy: "Use awsvpc; or set User and leave Privileged away.",
  snippet: `
Thing: { Type: AWS::ECS::TaskDefinition, Properties: { NetworkMode: host, ContainerDefinitions: [{ Name: c, User: app }] } }`,
  severity: "high",
  topics: ["privilege-escalation", "network-isolation"],
  types: ["AWS::ECS::TaskDefinition"],
  judge(thing: Resource) {
    if (not(thing.at("NetworkMode").equals("host")).outcome === "pass") return "notApplicable";
    return thing.at("ContainerDefinitions").every((one) =>
      // A privileged container is judged by a rule of its own; whom it runs as changes nothing.
      any(one.at("Privileged").isTrue(), all(one.at("User").isFilled(), not(one.at("User").matches(/^(root|0)(:|$)/)))),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::ECS::TaskDefinition, Properties: { NetworkMode: host, ContainerDefinitions: [{ Name: c, User: app }] } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::ECS::TaskDefinition, Properties: { NetworkMode: host, ContainerDefinitions: [{ Name: c }] } }`,
      },
      {
        cloudformation: `Thing: { Type: AWS::ECS::TaskDefinition, Properties: { NetworkMode: host, ContainerDefinitions: [{ Name: c, User: root }] } }`,
      },
    ],
  },
};
