/** 45 CFR 164.308(a)(5)(ii)(D): creating, changing and safeguarding passwords. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const passwordsHaveNumbers: Rule = {
  id: "passwords-have-numbers",
  title: "Passwords have numbers",
  why: "A password of one kind of character is guessed sooner.",
  remedy: "Set require_numbers to true.",
  snippet: `
# Terraform
resource: aws_iam_account_password_policy
minimum_password_length: 14`,
  severity: "low",
  topics: ["authentication"],
  types: ["Ward::AccountPasswordPolicy"],
  judge(policy: Resource) {
    return policy.at("RequireNumbers").isTrue();
  },
  samples: {
    good: [
      {
        terraform: `
resource "aws_iam_account_password_policy" "p" {
  require_numbers = true
}`,
      },
    ],
    bad: [
      {
        terraform: `
resource "aws_iam_account_password_policy" "p" {
  allow_users_to_change_password = true
}`,
      },
    ],
  },
};
