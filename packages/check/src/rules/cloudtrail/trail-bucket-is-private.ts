/** 45 CFR 164.312(b): activity is recorded. */
import type { Graph } from "../../graph/graph.ts";
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const trailBucketIsPrivate: Rule = {
  id: "trail-bucket-is-private",
  title: "The bucket of the trail is not public",
  why: "A public log tells an attacker what there is and who looks.",
  remedy: "Remove AccessControl and block public access.",
  snippet: `
Trail: { Type: AWS::CloudTrail::Trail, Properties: { S3BucketName: !Ref Bucket } }
Bucket: { Type: AWS::S3::Bucket }`,
  severity: "critical",
  topics: ["log-protection", "public-exposure"],
  types: ["AWS::CloudTrail::Trail"],
  judge(thing: Resource, graph: Graph) {
    const bucket = graph.target(thing.at("S3BucketName"));
    return bucket
      ? not(bucket.at("AccessControl").equals("PublicRead", "PublicReadWrite", "AuthenticatedRead"))
      : "notApplicable";
  },
  samples: {
    good: [
      {
        cloudformation: `
Trail: { Type: AWS::CloudTrail::Trail, Properties: { S3BucketName: !Ref Bucket } }
Bucket: { Type: AWS::S3::Bucket }`,
      },
    ],
    bad: [
      {
        cloudformation: `
Trail: { Type: AWS::CloudTrail::Trail, Properties: { S3BucketName: !Ref Bucket } }
Bucket: { Type: AWS::S3::Bucket, Properties: { AccessControl: PublicRead } }`,
      },
    ],
  },
};
