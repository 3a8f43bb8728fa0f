/** 45 CFR 164.308(a)(4)(ii)(B): access is granted by what is needed. */
import { policyDocument } from "../../graph/policy-document.ts";
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const bucketPolicyAllowsNoNotAction: Rule = {
  id: "bucket-policy-allows-no-not-action",
  title: "The bucket policy allows nothing by exclusion of actions",
  why: "Allow with NotAction grants every action but the few named, also those that AWS adds next year.",
  remedy: "Say Action and name what is meant.",
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
    return policyDocument(policy.at("PolicyDocument")).noAllow((statement) =>
      statement.property.at("NotAction").exists(),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Policy: { Type: AWS::S3::BucketPolicy, Properties: { Bucket: records, PolicyDocument: { Statement: [{ Effect: Deny, Principal: "*", NotAction: "s3:GetObject", Resource: "*" }] } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Policy: { Type: AWS::S3::BucketPolicy, Properties: { Bucket: records, PolicyDocument: { Statement: [{ Effect: Allow, Principal: { AWS: "123456789012" }, NotAction: "s3:DeleteBucket", Resource: "*" }] } } }`,
      },
    ],
  },
};
