/** 45 CFR 164.308(a)(7)(ii)(E): criticality of applications and data. */
import type { Resource } from "../../graph/resource.ts";
import { fail, pass } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const storeSaysWhatItHolds: Rule = {
  id: "store-says-what-it-holds",
  title: "The store says what class of data it holds",
  why: "Where nothing is marked, nobody knows which of forty buckets a breach must be reported for.",
  remedy: "Tag it: data-class with phi, pii, internal or public.",
  snippet: `
Thing: { Type: AWS::S3::Bucket, Properties: { Tags: [{ Key: data-class, Value: phi }] } }`,
  severity: "low",
  topics: ["data-classification"],
  types: [
    "AWS::S3::Bucket",
    "AWS::DynamoDB::Table",
    "AWS::RDS::DBInstance",
    "AWS::RDS::DBCluster",
    "AWS::SQS::Queue",
    "AWS::Kinesis::Stream",
    "AWS::EFS::FileSystem",
  ],
  judge(thing: Resource) {
    const tags = ["data-class", "DataClass", "data-classification", "DataClassification", "ward:data-class"].map(
      (key) => thing.tag(key) ?? thing.tag(key.toLowerCase()),
    );
    if (tags.some((tag) => tag !== undefined && !tag.isAbsent)) return pass();
    return thing.at("Tags").isUnknown
      ? thing.at("Tags").undecided()
      : fail("no tag says what class of data it holds", thing.spot);
  },
  samples: {
    good: [
      { cloudformation: `Thing: { Type: AWS::S3::Bucket, Properties: { Tags: [{ Key: data-class, Value: phi }] } }` },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::S3::Bucket }` }],
  },
};
