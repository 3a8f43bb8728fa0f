/** 45 CFR 164.312(e)(1): transmission security. */
import type { Resource } from "../../graph/resource.ts";
import { all, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const distributionRequiresTls12: Rule = {
  id: "distribution-requires-tls-1-2",
  title: "The distribution takes TLS 1.2 or later",
  why: "TLS 1.0 and 1.1 are broken; with the default certificate they are taken.",
  remedy: "Set ViewerCertificate with a certificate of ACM and MinimumProtocolVersion TLSv1.2_2021.",
  snippet: `
Thing: { Type: AWS::CloudFront::Distribution, Properties: { DistributionConfig: { ViewerCertificate: { AcmCertificateArn: c, MinimumProtocolVersion: TLSv1.2_2021 } } } }`,
  severity: "high",
  topics: ["encryption-in-transit"],
  types: ["AWS::CloudFront::Distribution"],
  judge(thing: Resource) {
    const certificate = thing.at("DistributionConfig.ViewerCertificate");
    // With CloudFront's own certificate the policy is TLSv1, whatever else is written.
    return all(
      not(certificate.at("CloudFrontDefaultCertificate").isTrue()),
      certificate.at("MinimumProtocolVersion").matches(/^TLSv1\.[23]/),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::CloudFront::Distribution, Properties: { DistributionConfig: { ViewerCertificate: { AcmCertificateArn: c, MinimumProtocolVersion: TLSv1.2_2021 } } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::CloudFront::Distribution, Properties: { DistributionConfig: { Enabled: true } } }`,
      },
      {
        cloudformation: `Thing: { Type: AWS::CloudFront::Distribution, Properties: { DistributionConfig: { ViewerCertificate: { AcmCertificateArn: c, MinimumProtocolVersion: TLSv1.1_2016 } } } }`,
      },
    ],
  },
};
