/** 45 CFR 164.312(a)(1): only those who were granted access. */
import { policyDocument } from "../../graph/policy-document.ts";
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const secretPolicyNamesPrincipals: Rule = {
  id: "secret-policy-names-principals",
  title: "The policy of the secret lets only named principals in",
  why: 'Principal "*" in the policy of a secret gives it to every AWS account.',
  remedy: "Name the roles that read it.",
  snippet: `
Thing: { Type: AWS::SecretsManager::ResourcePolicy, Properties: { ResourcePolicy: { Statement: [{ Effect: Allow, Principal: { AWS: "arn:aws:iam::1:role/r" }, Action: "secretsmanager:GetSecretValue", Resource: "*" }] } } }`,
  severity: "critical",
  topics: ["secrets", "public-exposure"],
  types: ["AWS::SecretsManager::ResourcePolicy"],
  waivable: false,
  judge(thing: Resource) {
    return policyDocument(thing.at("ResourcePolicy")).noAllow((statement) => statement.hasAnyonePrincipal());
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::SecretsManager::ResourcePolicy, Properties: { ResourcePolicy: { Statement: [{ Effect: Allow, Principal: { AWS: "arn:aws:iam::1:role/r" }, Action: "secretsmanager:GetSecretValue", Resource: "*" }] } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::SecretsManager::ResourcePolicy, Properties: { ResourcePolicy: { Statement: [{ Effect: Allow, Principal: "*", Action: "secretsmanager:GetSecretValue", Resource: "*" }] } } }`,
      },
    ],
  },
};
