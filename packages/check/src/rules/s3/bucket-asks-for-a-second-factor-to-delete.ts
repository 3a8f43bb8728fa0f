/** 45 CFR 164.312(c)(1): protection from improper destruction. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const bucketAsksForASecondFactorToDelete: Rule = {
  id: "bucket-asks-for-a-second-factor-to-delete",
  title: "Deleting a version asks for a second factor",
  why: "Whoever holds stolen keys can delete every version, where keys are enough.",
  remedy: "Enable MFA delete on the bucket (mfa_delete in Terraform).",
  snippet: `
# Terraform
Thing: aws_s3_bucket`,
  severity: "low",
  topics: ["deletion-protection", "authentication"],
  types: ["AWS::S3::Bucket"],
  judge(thing: Resource) {
    const versioning = thing.at("VersioningConfiguration");
    return versioning.at("MfaDelete").isAbsent && versioning.at("Status").isAbsent
      ? "notApplicable"
      : versioning.at("MfaDelete").equals("Enabled", true);
  },
  samples: {
    good: [
      {
        terraform: `
resource "aws_s3_bucket" "b" {
  versioning {
    enabled    = true
    mfa_delete = true
  }
}`,
      },
    ],
    bad: [
      {
        terraform: `
resource "aws_s3_bucket" "b" {
  versioning {
    enabled    = true
    mfa_delete = false
  }
}`,
      },
      {
        cloudformation: `Thing: { Type: AWS::S3::Bucket, Properties: { VersioningConfiguration: { Status: Enabled } } }`,
      },
    ],
  },
};
