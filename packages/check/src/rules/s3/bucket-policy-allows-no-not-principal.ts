/** 45 CFR 164.308(a)(4)(ii)(B): access is granted by what is needed. */
import { policyDocument } from "../../graph/policy-document.ts";
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const bucketPolicyAllowsNoNotPrincipal: Rule = {
  id: "bucket-policy-allows-no-not-principal",
  title: "The bucket policy allows nobody by exclusion",
  why: "Allow with NotPrincipal lets in everyone in the world but the few named.",
  remedy: "Say Principal and name what is meant.",
  snippet: `
PolicyDocument:
  Statement:
    - Effect: Allow
      Principal: { AWS: !GetAtt ReaderRole.Arn }
      Action: [s3:GetObject]
      Resource: !Sub "\${Bucket.Arn}/*"`,
  severity: "critical",
  topics: ["public-exposure", "least-privilege"],
  types: ["AWS::S3::BucketPolicy"],
  judge(policy: Resource) {
    return policyDocument(policy.at("PolicyDocument")).noAllow((statement) =>
      statement.property.at("NotPrincipal").exists(),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Policy: { Type: AWS::S3::BucketPolicy, Properties: { Bucket: records, PolicyDocument: { Statement: [{ Effect: Deny, NotPrincipal: { AWS: "123456789012" }, Action: "s3:*", Resource: "*" }] } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Policy: { Type: AWS::S3::BucketPolicy, Properties: { Bucket: records, PolicyDocument: { Statement: [{ Effect: Allow, NotPrincipal: { AWS: "123456789012" }, Action: "s3:GetObject", Resource: "*" }] } } }`,
      },
    ],
  },
};
