/** 45 CFR 164.308(a)(4)(ii)(B): access is granted by what is needed. */
import { policyDocument } from "../../graph/policy-document.ts";
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const bucketPolicyNamesActions: Rule = {
  id: "bucket-policy-names-actions",
  title: "The bucket policy allows only named actions",
  why: "A wildcard action grants deletion, the policy itself and everything that S3 will learn to do.",
  remedy: "List the actions that are needed.",
  snippet: `
PolicyDocument:
  Statement:
    - Effect: Allow
      Principal: { AWS: !GetAtt ReaderRole.Arn }
      Action: [s3:GetObject]
      Resource: !Sub "\${Bucket.Arn}/*"`,
  severity: "high",
  topics: ["least-privilege"],
  types: ["AWS::S3::BucketPolicy"],
  judge(policy: Resource) {
    return policyDocument(policy.at("PolicyDocument")).noAllow((statement) => statement.hasWildcardAction());
  },
  samples: {
    good: [
      {
        cloudformation: `Policy: { Type: AWS::S3::BucketPolicy, Properties: { Bucket: records, PolicyDocument: { Statement: [{ Effect: Allow, Principal: { AWS: "123456789012" }, Action: ["s3:GetObject"], Resource: "*" }] } } }`,
      },
      {
        cloudformation: `Policy: { Type: AWS::S3::BucketPolicy, Properties: { Bucket: records, PolicyDocument: { Statement: [{ Effect: Deny, Principal: "*", Action: "s3:*", Resource: "*" }] } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Policy: { Type: AWS::S3::BucketPolicy, Properties: { Bucket: records, PolicyDocument: { Statement: [{ Effect: Allow, Principal: { AWS: "123456789012" }, Action: ["s3:*"], Resource: "*" }] } } }`,
      },
      {
        cloudformation: `Policy: { Type: AWS::S3::BucketPolicy, Properties: { Bucket: records, PolicyDocument: { Statement: [{ Effect: Allow, Principal: { AWS: "123456789012" }, Action: "*", Resource: "*" }] } } }`,
      },
    ],
  },
};
