/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import { any } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const distributionAloneReadsItsBucket: Rule = {
  id: "distribution-alone-reads-its-bucket",
  title: "Only the distribution reads its bucket",
  why: "A bucket that everyone may read is read past the distribution, its firewall and its log.",
  remedy: "Give the S3 origin an OriginAccessControlId.",
  snippet: `
Thing: { Type: AWS::CloudFront::Distribution, Properties: { DistributionConfig: { Origins: [{ Id: o, DomainName: b.s3.amazonaws.com, OriginAccessControlId: c, S3OriginConfig: {} }] } } }`,
  severity: "high",
  topics: ["public-exposure", "authentication"],
  types: ["AWS::CloudFront::Distribution"],
  judge(thing: Resource) {
    const origins = thing.at("DistributionConfig.Origins");
    const guarded = origins.every((origin) =>
      any(
        origin.at("CustomOriginConfig").exists(),
        origin.at("VpcOriginConfig").exists(),
        origin.at("S3OriginConfig.OriginAccessIdentity").isFilled(),
        origin.at("OriginAccessControlId").isFilled(),
      ),
    );
    return origins.items().length === 0 && !origins.isUnknown ? "notApplicable" : guarded;
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::CloudFront::Distribution, Properties: { DistributionConfig: { Origins: [{ Id: o, DomainName: b.s3.amazonaws.com, OriginAccessControlId: c, S3OriginConfig: {} }] } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::CloudFront::Distribution, Properties: { DistributionConfig: { Origins: [{ Id: o, DomainName: b.s3.amazonaws.com, S3OriginConfig: { OriginAccessIdentity: "" } }] } } }`,
      },
    ],
  },
};
