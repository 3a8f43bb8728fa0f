/** 45 CFR 164.308(a)(4)(ii)(B): access is granted by what is needed. */
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const roleHasNoAdministratorPolicy: Rule = {
  id: "role-has-no-administrator-policy",
  title: "No identity has AdministratorAccess",
  why: "Whoever gets hold of such an identity has, or can give themselves, everything.",
  remedy: "Attach policies that name what is needed.",
  snippet: `
PolicyDocument:
  Statement:
    - Effect: Allow
      Action: [dynamodb:GetItem, dynamodb:PutItem]
      Resource: !GetAtt Table.Arn`,
  severity: "critical",
  topics: ["least-privilege", "privilege-escalation"],
  types: ["AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group"],
  judge(identity: Resource) {
    return identity.at("ManagedPolicyArns").every((policy) => not(policy.matches(/\/AdministratorAccess$/)));
  },
  samples: {
    good: [
      {
        cloudformation: `Role: { Type: AWS::IAM::Role, Properties: { ManagedPolicyArns: ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"] } }`,
      },
      { cloudformation: `Role: { Type: AWS::IAM::Role }` },
    ],
    bad: [
      {
        cloudformation: `Role: { Type: AWS::IAM::Role, Properties: { ManagedPolicyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"] } }`,
      },
      {
        terraform: `
resource "aws_iam_role" "r" {
  name = "r"
}
resource "aws_iam_role_policy_attachment" "a" {
  role       = aws_iam_role.r.name
  policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}`,
      },
    ],
  },
};
