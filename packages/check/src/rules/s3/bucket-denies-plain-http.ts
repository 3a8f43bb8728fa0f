/** 45 CFR 164.312(e)(1): S3 answers plain HTTP unless the bucket's policy refuses it. */
import { someAttached, type Graph } from "../../graph/graph.ts";
import { policyDocument, type Statement } from "../../graph/policy-document.ts";
import type { Resource } from "../../graph/resource.ts";
import { all, any, fail, saying, type Truth } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const bucketDeniesPlainHttp: Rule = {
  id: "bucket-denies-plain-http",
  title: "The bucket refuses requests without TLS",
  why: "S3 answers plain HTTP as readily as HTTPS. A client that is configured wrongly then sends and reads PHI in clear text over every network between it and AWS.",
  remedy: "Add a statement to the bucket's policy that denies every action where aws:SecureTransport is false.",
  snippet: `
BucketPolicy:
  Type: AWS::S3::BucketPolicy
  Properties:
    Bucket: !Ref Bucket
    PolicyDocument:
      Statement:
        - Sid: DenyPlainHttp
          Effect: Deny
          Principal: "*"
          Action: s3:*
          Resource: [!GetAtt Bucket.Arn, !Sub "\${Bucket.Arn}/*"]
          Condition: { Bool: { aws:SecureTransport: false } }`,
  severity: "high",
  topics: ["encryption-in-transit"],
  types: ["AWS::S3::Bucket", "AWS::S3::BucketPolicy"],
  judge(resource: Resource, graph: Graph) {
    if (resource.type === "AWS::S3::BucketPolicy") {
      // A policy speaks for itself only where its bucket is not here to be asked.
      return graph.target(resource.at("Bucket")) ? "notApplicable" : refusesPlainHttp(resource);
    }
    const policies = graph.attached(resource, "AWS::S3::BucketPolicy", "Bucket");
    const missing = fail(`no bucket policy belongs to ${resource.name}`, resource.spot);
    return someAttached(policies, missing, refusesPlainHttp);
  },
  samples: {
    good: [
      {
        cloudformation: `
Bucket: { Type: AWS::S3::Bucket }
Policy:
  Type: AWS::S3::BucketPolicy
  Properties:
    Bucket: !Ref Bucket
    PolicyDocument:
      Statement:
        Effect: Deny
        Principal: "*"
        Action: "s3:*"
        Resource: [!GetAtt Bucket.Arn, !Sub "\${Bucket.Arn}/*"]
        Condition: { Bool: { "aws:SecureTransport": "false" } }`,
      },
    ],
    bad: [
      { cloudformation: `Bucket: { Type: AWS::S3::Bucket }` },
      {
        cloudformation: `
Bucket: { Type: AWS::S3::Bucket }
Policy:
  Type: AWS::S3::BucketPolicy
  Properties:
    Bucket: !Ref Bucket
    PolicyDocument:
      Statement: { Effect: Allow, Principal: "*", Action: "s3:GetObject", Resource: "*", Condition: { Bool: { "aws:SecureTransport": true } } }`,
      },
    ],
  },
};

function refusesPlainHttp(policy: Resource): Truth {
  const answer = policyDocument(policy.at("PolicyDocument")).some(deniesPlainHttp);
  return saying(answer, "no statement of the bucket policy denies requests where aws:SecureTransport is false");
}

function deniesPlainHttp(statement: Statement): Truth {
  return all(
    statement.isDeny(),
    any(statement.coversAction("s3:GetObject"), statement.coversAction("s3:PutObject")),
    statement.hasAnyonePrincipal(),
    statement.comparesTo(/^Bool(IfExists)?$/i, "aws:SecureTransport", false),
  );
}
