/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const bucketIsNoWebsite: Rule = {
  id: "bucket-is-no-website",
  title: "The bucket is no website",
  why: "A website of S3 is public and speaks no TLS; one prefix too many and it serves records.",
  remedy: "Serve pages through CloudFront from a private bucket.",
  snippet: `
Thing: { Type: AWS::S3::Bucket }`,
  severity: "medium",
  topics: ["public-exposure", "encryption-in-transit"],
  types: ["AWS::S3::Bucket"],
  judge(thing: Resource) {
    return not(thing.at("WebsiteConfiguration").exists());
  },
  samples: {
    good: [{ cloudformation: `Thing: { Type: AWS::S3::Bucket }` }],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::S3::Bucket, Properties: { WebsiteConfiguration: { IndexDocument: index.html } } }`,
      },
    ],
  },
};
