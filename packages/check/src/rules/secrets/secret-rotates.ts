/** 45 CFR 164.308(a)(5)(ii)(D): changing passwords. */
import { someAttached, type Graph } from "../../graph/graph.ts";
import type { Resource } from "../../graph/resource.ts";
import { fail, pass } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const secretRotates: Rule = {
  id: "secret-rotates",
  title: "The secret changes by itself",
  why: "A password that leaked is good until it is changed, and nobody changes what works.",
  remedy: "Add an AWS::SecretsManager::RotationSchedule.",
  snippet: `
Secret: { Type: AWS::SecretsManager::Secret }
Rotation: { Type: AWS::SecretsManager::RotationSchedule, Properties: { SecretId: !Ref Secret } }`,
  severity: "medium",
  topics: ["credential-rotation"],
  types: ["AWS::SecretsManager::Secret"],
  judge(thing: Resource, graph: Graph) {
    const missing = fail(`no rotation schedule belongs to ${thing.name}`, thing.spot);
    return someAttached(graph.attached(thing, "AWS::SecretsManager::RotationSchedule", "SecretId"), missing, () =>
      pass(),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `
Secret: { Type: AWS::SecretsManager::Secret }
Rotation: { Type: AWS::SecretsManager::RotationSchedule, Properties: { SecretId: !Ref Secret } }`,
      },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::SecretsManager::Secret }` }],
  },
};
