/** 45 CFR 164.308(a)(5)(ii)(D): creating, changing and safeguarding passwords. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const passwordsAreLong: Rule = {
  id: "passwords-are-long",
  title: "Passwords have at least 14 characters",
  why: "A short password is guessed by machine in hours.",
  remedy: "Set minimum_password_length to 14 or more.",
  snippet: `
# Terraform
resource: aws_iam_account_password_policy
minimum_password_length: 14`,
  severity: "medium",
  topics: ["authentication"],
  types: ["Ward::AccountPasswordPolicy"],
  judge(policy: Resource) {
    return policy.at("MinimumPasswordLength").atLeast(14);
  },
  samples: {
    good: [
      {
        terraform: `
resource "aws_iam_account_password_policy" "p" {
  minimum_password_length = 14
}`,
      },
    ],
    bad: [
      {
        terraform: `
resource "aws_iam_account_password_policy" "p" {
  minimum_password_length = 8
}`,
      },
    ],
  },
};
