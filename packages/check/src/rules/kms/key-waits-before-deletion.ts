/** 45 CFR 164.312(c)(1): protection from improper destruction. */
import type { Resource } from "../../graph/resource.ts";
import { pass } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const keyWaitsBeforeDeletion: Rule = {
  id: "key-waits-before-deletion",
  title: "The key waits before it is deleted",
  why: "What a deleted key encrypted is gone for good. The wait is the time in which someone notices.",
  remedy: "Set PendingWindowInDays to 30, or leave it away.",
  snippet: `
PendingWindowInDays: 30`,
  severity: "low",
  topics: ["deletion-protection", "key-management"],
  types: ["AWS::KMS::Key"],
  judge(key: Resource) {
    const wait = key.at("PendingWindowInDays");
    return wait.isAbsent ? pass() : wait.atLeast(14);
  },
  samples: {
    good: [
      { cloudformation: `Key: { Type: AWS::KMS::Key }` },
      { cloudformation: `Key: { Type: AWS::KMS::Key, Properties: { PendingWindowInDays: 30 } }` },
    ],
    bad: [{ cloudformation: `Key: { Type: AWS::KMS::Key, Properties: { PendingWindowInDays: 7 } }` }],
  },
};
