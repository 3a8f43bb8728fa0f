/** 45 CFR 164.308(a)(5)(ii)(D): creating, changing and safeguarding passwords. */
import type { Resource } from "../../graph/resource.ts";
import { all } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const passwordsExpire: Rule = {
  id: "passwords-expire",
  title: "Passwords expire within 90 days",
  why: "A password that leaked unnoticed is good until it is changed.",
  remedy: "Set max_password_age to 90 or less.",
  snippet: `
# Terraform
resource: aws_iam_account_password_policy
minimum_password_length: 14`,
  severity: "low",
  topics: ["authentication", "credential-rotation"],
  types: ["Ward::AccountPasswordPolicy"],
  judge(policy: Resource) {
    const age = policy.at("MaxPasswordAge");
    return all(age.exists(), age.atMost(90), age.atLeast(1));
  },
  samples: {
    good: [
      {
        terraform: `
resource "aws_iam_account_password_policy" "p" {
  max_password_age = 90
}`,
      },
    ],
    bad: [
      {
        terraform: `
resource "aws_iam_account_password_policy" "p" {
  minimum_password_length = 14
}`,
      },
    ],
  },
};
