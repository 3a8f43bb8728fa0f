/** 45 CFR 164.312(a)(1): only those who were granted access. */
import { policyDocument } from "../../graph/policy-document.ts";
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const imageRepositoryIsNotPublic: Rule = {
  id: "image-repository-is-not-public",
  title: "The image repository lets only named principals in",
  why: "Images hold code, configuration and at times secrets.",
  remedy: "Name the accounts that pull.",
  snippet: `
Thing: { Type: AWS::ECR::Repository, Properties: { RepositoryPolicyText: { Statement: [{ Effect: Allow, Principal: { AWS: "arn:aws:iam::1:root" }, Action: "ecr:BatchGetImage" }] } } }`,
  severity: "high",
  topics: ["public-exposure"],
  types: ["AWS::ECR::Repository"],
  judge(thing: Resource) {
    const policy = thing.at("RepositoryPolicyText");
    return policy.isAbsent
      ? "notApplicable"
      : policyDocument(policy).noAllow((statement) => statement.hasAnyonePrincipal());
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::ECR::Repository, Properties: { RepositoryPolicyText: { Statement: [{ Effect: Allow, Principal: { AWS: "arn:aws:iam::1:root" }, Action: "ecr:BatchGetImage" }] } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::ECR::Repository, Properties: { RepositoryPolicyText: { Statement: [{ Effect: Allow, Principal: { AWS: ["*"] }, Action: "ecr:PutImage" }] } } }`,
      },
    ],
  },
};
