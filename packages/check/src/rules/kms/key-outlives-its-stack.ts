/** 45 CFR 164.312(c)(1): protection from improper destruction. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const keyOutlivesItsStack: Rule = {
  id: "key-outlives-its-stack",
  title: "The key outlives its stack",
  why: "A key that goes with its stack takes every record that it encrypted, backups too.",
  remedy: "Set DeletionPolicy to Retain.",
  snippet: `
Key:
  Type: AWS::KMS::Key
  DeletionPolicy: Retain
  UpdateReplacePolicy: Retain`,
  severity: "low",
  topics: ["deletion-protection", "key-management"],
  types: ["AWS::KMS::Key"],
  judge(key: Resource) {
    return key.attribute("DeletionPolicy").equals("Retain", "RetainExceptOnCreate");
  },
  samples: {
    good: [{ cloudformation: `Key: { Type: AWS::KMS::Key, DeletionPolicy: Retain }` }],
    bad: [{ cloudformation: `Key: { Type: AWS::KMS::Key }` }],
  },
};
