/** 45 CFR 164.308(a)(4)(ii)(B): access is granted by what is needed. */
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const taskSharesNoProcessesWithTheHost: Rule = {
  id: "task-shares-no-processes-with-the-host",
  title: "The task does not see the processes of its host",
  why: "A container that sees the host's processes can read their memory and stop them.",
  remedy: "Leave PidMode out, or set it to task.",
  snippet: `
Thing: { Type: AWS::ECS::TaskDefinition, Properties: { Family: f, PidMode: task } }`,
  severity: "medium",
  topics: ["separation", "least-privilege"],
  types: ["AWS::ECS::TaskDefinition"],
  judge(thing: Resource) {
    return not(thing.at("PidMode").equals("host"));
  },
  samples: {
    good: [
      { cloudformation: `Thing: { Type: AWS::ECS::TaskDefinition, Properties: { Family: f, PidMode: task } }` },
      { cloudformation: `Thing: { Type: AWS::ECS::TaskDefinition, Properties: { Family: f } }` },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::ECS::TaskDefinition, Properties: { Family: f, PidMode: host } }` }],
  },
};
