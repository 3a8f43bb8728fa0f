/** 45 CFR 164.308(a)(5)(ii)(B): protection from malicious software. */
import type { Resource } from "../../graph/resource.ts";
import { any, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const tasksRunOnTheLatestPlatform: Rule = {
  id: "tasks-run-on-the-latest-platform",
  title: "Tasks run on the latest platform",
  why: "A platform of Fargate that is pinned gets no more patches.",
  remedy: "Leave PlatformVersion out, or set it to LATEST.",
  snippet: `
Thing: { Type: AWS::ECS::Service, Properties: { LaunchType: FARGATE } }`,
  severity: "low",
  topics: ["patching"],
  types: ["AWS::ECS::Service"],
  judge(thing: Resource) {
    return any(not(thing.at("PlatformVersion").exists()), thing.at("PlatformVersion").equals("LATEST"));
  },
  samples: {
    good: [{ cloudformation: `Thing: { Type: AWS::ECS::Service, Properties: { LaunchType: FARGATE } }` }],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::ECS::Service, Properties: { LaunchType: FARGATE, PlatformVersion: 1.3.0 } }`,
      },
    ],
  },
};
