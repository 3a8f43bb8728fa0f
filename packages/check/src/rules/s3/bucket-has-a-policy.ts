/** 45 CFR 164.312(a)(1): access is granted, not left over. */
import { someAttached, type Graph } from "../../graph/graph.ts";
import type { Resource } from "../../graph/resource.ts";
import { fail, pass } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const bucketHasAPolicy: Rule = {
  id: "bucket-has-a-policy",
  title: "The bucket has a policy of its own",
  why: "Without a bucket policy, every role of the account with a wide S3 permission reads the records, by plain HTTP too.",
  remedy: "Add a bucket policy that says who may do what, and denies requests without TLS.",
  snippet: `
BucketPolicy:
  Type: AWS::S3::BucketPolicy
  Properties:
    Bucket: !Ref Bucket
    PolicyDocument:
      Statement:
        - Effect: Deny
          Principal: "*"
          Action: s3:*
          Resource: [!GetAtt Bucket.Arn, !Sub "\${Bucket.Arn}/*"]
          Condition: { Bool: { aws:SecureTransport: false } }`,
  severity: "low",
  topics: ["least-privilege"],
  types: ["AWS::S3::Bucket"],
  judge(bucket: Resource, graph: Graph) {
    const missing = fail(`no bucket policy belongs to ${bucket.name}`, bucket.spot);
    return someAttached(graph.attached(bucket, "AWS::S3::BucketPolicy", "Bucket"), missing, () => pass());
  },
  samples: {
    good: [
      {
        cloudformation: `
Bucket: { Type: AWS::S3::Bucket }
Policy: { Type: AWS::S3::BucketPolicy, Properties: { Bucket: !Ref Bucket, PolicyDocument: { Statement: [] } } }`,
      },
      {
        cloudformation: `
Bucket: { Type: AWS::S3::Bucket, Properties: { BucketName: !Sub "\${AWS::StackName}-records" } }
Policy: { Type: AWS::S3::BucketPolicy, Properties: { Bucket: !Sub "\${AWS::StackName}-records", PolicyDocument: { Statement: [] } } }`,
      },
    ],
    bad: [{ cloudformation: `Bucket: { Type: AWS::S3::Bucket }` }],
  },
};
