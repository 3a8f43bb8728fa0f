/** 45 CFR 164.312(a)(2)(iv): a mechanism to encrypt that stays sound. */
import type { Resource } from "../../graph/resource.ts";
import { any, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const keyRotates: Rule = {
  id: "key-rotates",
  title: "The key rotates every year",
  why: "A key that never changes encrypts ever more; the day it leaks, all of it is readable.",
  remedy: "Set EnableKeyRotation to true.",
  snippet: `
EnableKeyRotation: true`,
  severity: "medium",
  topics: ["key-management"],
  types: ["AWS::KMS::Key"],
  judge(key: Resource) {
    const spec = key.at("KeySpec");
    if (key.at("KeyUsage").equals("SIGN_VERIFY", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT").outcome === "pass")
      return "notApplicable";
    const isSymmetric = any(spec.equals("SYMMETRIC_DEFAULT"), not(spec.exists()));
    if (isSymmetric.outcome === "fail" || key.at("Origin").equals("EXTERNAL", "AWS_CLOUDHSM").outcome === "pass")
      return "notApplicable";
    return key.at("EnableKeyRotation").isTrue();
  },
  samples: {
    good: [{ cloudformation: `Key: { Type: AWS::KMS::Key, Properties: { EnableKeyRotation: true } }` }],
    bad: [
      { cloudformation: `Key: { Type: AWS::KMS::Key }` },
      { cloudformation: `Key: { Type: AWS::KMS::Key, Properties: { EnableKeyRotation: false } }` },
    ],
  },
};
