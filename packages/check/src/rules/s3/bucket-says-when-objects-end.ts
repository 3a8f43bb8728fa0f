/** GDPR Art. 5(1)(e): kept no longer than is needed. */
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const bucketSaysWhenObjectsEnd: Rule = {
  id: "bucket-says-when-objects-end",
  title: "The bucket says when objects end",
  why: "What nobody deletes is kept for ever, longer than its purpose and at your cost.",
  remedy: "Add a LifecycleConfiguration.",
  snippet: `
Thing: { Type: AWS::S3::Bucket, Properties: { LifecycleConfiguration: { Rules: [{ Status: Enabled, ExpirationInDays: 3650 }] } } }`,
  severity: "low",
  topics: ["log-retention", "cost"],
  types: ["AWS::S3::Bucket"],
  judge(thing: Resource) {
    return thing.at("LifecycleConfiguration.Rules").some((one) => not(one.at("Status").equals("Disabled")));
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::S3::Bucket, Properties: { LifecycleConfiguration: { Rules: [{ Status: Enabled, ExpirationInDays: 3650 }] } } }`,
      },
    ],
    bad: [
      { cloudformation: `Thing: { Type: AWS::S3::Bucket }` },
      {
        cloudformation: `Thing: { Type: AWS::S3::Bucket, Properties: { LifecycleConfiguration: { Rules: [{ Status: Disabled, ExpirationInDays: 3650 }] } } }`,
      },
    ],
  },
};
