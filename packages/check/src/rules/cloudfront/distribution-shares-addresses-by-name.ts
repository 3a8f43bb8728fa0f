/** 45 CFR 164.308(a)(7)(ii)(C): critical processes go on. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const distributionSharesAddressesByName: Rule = {
  id: "distribution-shares-addresses-by-name",
  title: "The distribution tells certificates apart by name",
  why: "Dedicated addresses cost 600 dollars a month and serve clients that know no TLS 1.2 anyway.",
  remedy: "Set SslSupportMethod to sni-only.",
  snippet: `
Thing: { Type: AWS::CloudFront::Distribution, Properties: { DistributionConfig: { ViewerCertificate: { AcmCertificateArn: c, SslSupportMethod: sni-only } } } }`,
  severity: "low",
  topics: ["cost"],
  types: ["AWS::CloudFront::Distribution"],
  judge(thing: Resource) {
    return thing.at("DistributionConfig.ViewerCertificate.SslSupportMethod").equals("sni-only");
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::CloudFront::Distribution, Properties: { DistributionConfig: { ViewerCertificate: { AcmCertificateArn: c, SslSupportMethod: sni-only } } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::CloudFront::Distribution, Properties: { DistributionConfig: { Enabled: true } } }`,
      },
      {
        cloudformation: `Thing: { Type: AWS::CloudFront::Distribution, Properties: { DistributionConfig: { ViewerCertificate: { SslSupportMethod: vip } } } }`,
      },
    ],
  },
};
