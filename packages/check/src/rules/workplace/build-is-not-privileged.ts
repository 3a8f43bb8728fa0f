/** 45 CFR 164.308(a)(4)(ii)(B): access is granted by what is needed. */
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const buildIsNotPrivileged: Rule = {
  id: "build-is-not-privileged",
  title: "Builds are not privileged",
  why: "A privileged build has the host's devices and can break out of its container.",
  remedy: "Leave PrivilegedMode false, unless the build makes container images.",
  snippet: `
Thing: { Type: AWS::CodeBuild::Project, Properties: { Environment: { ComputeType: c, Image: i, Type: LINUX_CONTAINER } } }`,
  severity: "low",
  topics: ["least-privilege"],
  types: ["AWS::CodeBuild::Project"],
  judge(thing: Resource) {
    return not(thing.at("Environment.PrivilegedMode").isTrue());
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::CodeBuild::Project, Properties: { Environment: { ComputeType: c, Image: i, Type: LINUX_CONTAINER } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::CodeBuild::Project, Properties: { Environment: { ComputeType: c, Image: i, Type: LINUX_CONTAINER, PrivilegedMode: true } } }`,
      },
    ],
  },
};
