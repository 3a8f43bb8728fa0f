/** 45 CFR 164.312(e)(1): transmission security. */
import type { Resource } from "../../graph/resource.ts";
import { any } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const distributionHasItsOwnCertificate: Rule = {
  id: "distribution-has-its-own-certificate",
  title: "The distribution has a certificate of your own",
  why: "CloudFront's default certificate is for cloudfront.net, with TLS 1.0.",
  remedy: "Set ViewerCertificate.AcmCertificateArn.",
  snippet: `
Thing: { Type: AWS::CloudFront::Distribution, Properties: { DistributionConfig: { ViewerCertificate: { AcmCertificateArn: c } } } }`,
  severity: "low",
  topics: ["encryption-in-transit"],
  types: ["AWS::CloudFront::Distribution"],
  judge(thing: Resource) {
    return any(
      thing.at("DistributionConfig.ViewerCertificate.AcmCertificateArn").isFilled(),
      thing.at("DistributionConfig.ViewerCertificate.IamCertificateId").isFilled(),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::CloudFront::Distribution, Properties: { DistributionConfig: { ViewerCertificate: { AcmCertificateArn: c } } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::CloudFront::Distribution, Properties: { DistributionConfig: { Enabled: true } } }`,
      },
      {
        cloudformation: `Thing: { Type: AWS::CloudFront::Distribution, Properties: { DistributionConfig: { ViewerCertificate: { CloudFrontDefaultCertificate: true } } } }`,
      },
    ],
  },
};
