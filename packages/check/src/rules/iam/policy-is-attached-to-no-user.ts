/** 45 CFR 164.308(a)(4)(ii)(C): access is reviewed. */
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const policyIsAttachedToNoUser: Rule = {
  id: "policy-is-attached-to-no-user",
  title: "The policy is attached to groups and roles, not to users",
  why: "Powers that hang on single users are the ones that nobody reviews, and that stay when the user changes jobs.",
  remedy: "Name Groups or Roles instead of Users.",
  snippet: `
Policy:
  Type: AWS::IAM::Policy
  Properties: { PolicyName: readers, Groups: [!Ref Readers] }`,
  severity: "medium",
  topics: ["least-privilege", "separation"],
  types: ["AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"],
  judge(policy: Resource) {
    return not(policy.at("Users").isFilled());
  },
  samples: {
    good: [{ cloudformation: `Policy: { Type: AWS::IAM::Policy, Properties: { Groups: [g] } }` }],
    bad: [
      { cloudformation: `Policy: { Type: AWS::IAM::Policy, Properties: { Users: [u] } }` },
      {
        terraform: `
resource "aws_iam_user_policy" "p" {
  user   = "jim"
  policy = "{}"
}`,
      },
    ],
  },
};
