/** 45 CFR 164.312(a)(2)(iv): decryption is for those who were granted it. */
import { policyDocument } from "../../graph/policy-document.ts";
import type { Resource } from "../../graph/resource.ts";
import { all, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const keyPolicyNamesPrincipals: Rule = {
  id: "key-policy-names-principals",
  title: "The key policy lets only named principals use the key",
  why: 'Principal "*" lets every AWS account decrypt, and with that every store that the key protects.',
  remedy: "Name the account root and the roles that need the key.",
  snippet: `
KeyPolicy:
  Statement:
    - Effect: Allow
      Principal: { AWS: !Sub "arn:aws:iam::\${AWS::AccountId}:root" }
      Action: kms:*
      Resource: "*"`,
  severity: "critical",
  topics: ["key-management", "public-exposure", "least-privilege"],
  types: ["AWS::KMS::Key"],
  waivable: false,
  judge(key: Resource) {
    return policyDocument(key.at("KeyPolicy")).noAllow((statement) =>
      all(
        statement.hasAnyonePrincipal(),
        not(
          statement.hasCondition(
            "kms:CallerAccount",
            "aws:PrincipalOrgID",
            "aws:SourceAccount",
            "aws:PrincipalAccount",
          ),
        ),
      ),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Key: { Type: AWS::KMS::Key, Properties: { KeyPolicy: { Statement: [{ Effect: Allow, Principal: { AWS: "arn:aws:iam::123456789012:root" }, Action: "kms:*", Resource: "*" }] } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Key: { Type: AWS::KMS::Key, Properties: { KeyPolicy: { Statement: [{ Effect: Allow, Principal: "*", Action: "kms:Decrypt", Resource: "*" }] } } }`,
      },
      {
        cloudformation: `Key: { Type: AWS::KMS::Key, Properties: { KeyPolicy: { Statement: [{ Effect: Allow, Principal: { AWS: "*" }, Action: "kms:*", Resource: "*" }] } } }`,
      },
    ],
  },
};
