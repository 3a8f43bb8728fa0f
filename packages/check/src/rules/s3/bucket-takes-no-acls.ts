/** 45 CFR 164.308(a)(4)(ii)(B): access is granted by what is needed. */
import type { Resource } from "../../graph/resource.ts";
import { any, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const bucketTakesNoAcls: Rule = {
  id: "bucket-takes-no-acls",
  title: "The bucket takes no ACLs",
  why: "An ACL gives one object away unseen by the policy of the bucket.",
  remedy: "Set ObjectOwnership to BucketOwnerEnforced.",
  snippet: `
Thing: { Type: AWS::S3::Bucket, Properties: { OwnershipControls: { Rules: [{ ObjectOwnership: BucketOwnerEnforced }] } } }`,
  severity: "low",
  topics: ["least-privilege"],
  types: ["AWS::S3::Bucket"],
  judge(thing: Resource) {
    const rules = thing.at("OwnershipControls.Rules");
    // Without a word, S3 takes none since April 2023.
    return any(
      not(rules.exists()),
      rules.some((one) => one.at("ObjectOwnership").equals("BucketOwnerEnforced")),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::S3::Bucket, Properties: { OwnershipControls: { Rules: [{ ObjectOwnership: BucketOwnerEnforced }] } } }`,
      },
      { cloudformation: `Thing: { Type: AWS::S3::Bucket }` },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::S3::Bucket, Properties: { OwnershipControls: { Rules: [{ ObjectOwnership: ObjectWriter }] } } }`,
      },
    ],
  },
};
