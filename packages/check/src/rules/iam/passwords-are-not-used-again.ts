/** 45 CFR 164.308(a)(5)(ii)(D): creating, changing and safeguarding passwords. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const passwordsAreNotUsedAgain: Rule = {
  id: "passwords-are-not-used-again",
  title: "Passwords are not used again",
  why: "Who may go back to an old password goes back to the one that leaked.",
  remedy: "Set password_reuse_prevention to 5 or more.",
  snippet: `
# Terraform
resource: aws_iam_account_password_policy
minimum_password_length: 14`,
  severity: "low",
  topics: ["authentication", "credential-rotation"],
  types: ["Ward::AccountPasswordPolicy"],
  judge(policy: Resource) {
    return policy.at("PasswordReusePrevention").atLeast(5);
  },
  samples: {
    good: [
      {
        terraform: `
resource "aws_iam_account_password_policy" "p" {
  password_reuse_prevention = 5
}`,
      },
    ],
    bad: [
      {
        terraform: `
resource "aws_iam_account_password_policy" "p" {
  password_reuse_prevention = 1
}`,
      },
    ],
  },
};
