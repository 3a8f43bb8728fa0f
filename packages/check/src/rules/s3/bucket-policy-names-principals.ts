/** 45 CFR 164.312(a)(1): only those who were granted access. */
import { policyDocument } from "../../graph/policy-document.ts";
import type { Statement } from "../../graph/policy-document.ts";
import type { Resource } from "../../graph/resource.ts";
import { all, truth } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

/** Keys by which "*" means the callers of one network, organization, account or resource, and not everyone. */
const NARROWING: ReadonlySet<string> = new Set(
  ["SourceVpce", "SourceVpc", "SourceArn", "SourceAccount", "PrincipalArn", "PrincipalAccount", "PrincipalOrgID"].map(
    (key) => `aws:${key.toLowerCase()}`,
  ),
);

export const bucketPolicyNamesPrincipals: Rule = {
  id: "bucket-policy-names-principals",
  title: "The bucket policy lets only named principals in",
  why: 'Principal "*" is everyone: anyone on the internet, unless a condition happens to stop them.',
  remedy: "Name the roles or services that need access, and condition services on aws:SourceAccount.",
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
      all(
        statement.hasAnyonePrincipal(),
        truth(isNarrowed(statement) ? "fail" : "pass", 'Principal is "*"', statement.spot),
      ),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Policy: { Type: AWS::S3::BucketPolicy, Properties: { Bucket: records, PolicyDocument: { Statement: [{ Effect: Allow, Principal: { AWS: "arn:aws:iam::123456789012:role/reader" }, Action: "s3:GetObject", Resource: "*" }] } } }`,
      },
      {
        cloudformation: `Policy: { Type: AWS::S3::BucketPolicy, Properties: { Bucket: records, PolicyDocument: { Statement: [{ Effect: Deny, Principal: "*", Action: "s3:*", Resource: "*" }] } } }`,
      },
      {
        cloudformation: `Policy: { Type: AWS::S3::BucketPolicy, Properties: { Bucket: records, PolicyDocument: { Statement: [{ Effect: Allow, Principal: "*", Action: "s3:GetObject", Resource: "*", Condition: { StringEquals: { "aws:SourceVpce": vpce-1a2b3c4d } } }] } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Policy: { Type: AWS::S3::BucketPolicy, Properties: { Bucket: records, PolicyDocument: { Statement: [{ Effect: Allow, Principal: "*", Action: "s3:GetObject", Resource: "*" }] } } }`,
      },
      {
        cloudformation: `Policy: { Type: AWS::S3::BucketPolicy, Properties: { Bucket: records, PolicyDocument: { Statement: [{ Effect: Allow, Principal: { AWS: ["*"] }, Action: "s3:GetObject", Resource: "*" }] } } }`,
      },
      {
        cloudformation: `Policy: { Type: AWS::S3::BucketPolicy, Properties: { Bucket: records, PolicyDocument: { Statement: [{ Effect: Allow, Principal: "*", Action: "s3:GetObject", Resource: "*", Condition: { StringNotEquals: { "aws:SourceVpce": vpce-1a2b3c4d } } }] } } }`,
      },
    ],
  },
};

/** A condition that excludes some, or that holds where the key is missing, lets all others in. */
function isNarrowed({ conditions }: Statement): boolean {
  return conditions.some(({ key, operator }) => NARROWING.has(key) && !/not|ifexists/i.test(operator));
}
