/** 45 CFR 164.312(d): who asks is verified. */
import { policyDocument } from "../../graph/policy-document.ts";
import type { Resource } from "../../graph/resource.ts";
import { all, fail, not, pass } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const roleTrustOfAnotherAccountHasACondition: Rule = {
  id: "role-trust-of-another-account-has-a-condition",
  title: "Another account assumes the role under a condition",
  why: "A vendor's account acts for all of its customers. Without an external id, another customer has the vendor act on your records.",
  remedy: "Require sts:ExternalId, MFA or a named organization.",
  snippet: `
AssumeRolePolicyDocument:
  Statement:
    - Effect: Allow
      Principal: { AWS: arn:aws:iam::123456789012:root }
      Action: sts:AssumeRole
      Condition: { StringEquals: { sts:ExternalId: !Ref ExternalId } }`,
  severity: "medium",
  topics: ["authentication", "least-privilege"],
  types: ["AWS::IAM::Role"],
  judge(role: Resource) {
    return policyDocument(role.at("AssumeRolePolicyDocument")).noAllow((statement) => {
      const others = statement.principals.filter(
        ({ type, who }) => type === "AWS" && /^(arn:[\w-]+:iam::)?\d{12}(:root)?$/.test(who.text() ?? ""),
      );
      const [other] = others;
      if (!other) return fail("no other account is named", statement.spot);
      return all(
        pass(`account ${other.who.text() ?? ""} is let in without a condition`, other.who.spot),
        not(
          statement.hasCondition(
            "sts:ExternalId",
            "aws:MultiFactorAuthPresent",
            "aws:PrincipalOrgID",
            "aws:PrincipalArn",
          ),
        ),
      );
    });
  },
  samples: {
    good: [
      {
        cloudformation: `Role: { Type: AWS::IAM::Role, Properties: { AssumeRolePolicyDocument: { Statement: [{ Effect: Allow, Principal: { AWS: "arn:aws:iam::123456789012:root" }, Action: "sts:AssumeRole", Condition: { StringEquals: { "sts:ExternalId": x } } }] } } }`,
      },
      {
        cloudformation: `Role: { Type: AWS::IAM::Role, Properties: { AssumeRolePolicyDocument: { Statement: [{ Effect: Allow, Principal: { AWS: !Sub "arn:aws:iam::\${AWS::AccountId}:root" }, Action: "sts:AssumeRole" }] } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Role: { Type: AWS::IAM::Role, Properties: { AssumeRolePolicyDocument: { Statement: [{ Effect: Allow, Principal: { AWS: "arn:aws:iam::123456789012:root" }, Action: "sts:AssumeRole" }] } } }`,
      },
    ],
  },
};
