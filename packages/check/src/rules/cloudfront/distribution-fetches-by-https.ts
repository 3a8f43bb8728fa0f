/** 45 CFR 164.312(e)(1): transmission security. */
import type { Resource } from "../../graph/resource.ts";
import { all, not, pass } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const distributionFetchesByHttps: Rule = {
  id: "distribution-fetches-by-https",
  title: "The distribution fetches from its origins by HTTPS",
  why: "TLS that ends at the edge leaves the longer way in clear text.",
  remedy: "Set OriginProtocolPolicy to https-only with TLSv1.2.",
  snippet: `
Thing: { Type: AWS::CloudFront::Distribution, Properties: { DistributionConfig: { Origins: [{ Id: o, DomainName: a, CustomOriginConfig: { OriginProtocolPolicy: https-only, OriginSSLProtocols: [TLSv1.2] } }] } } }`,
  severity: "high",
  topics: ["encryption-in-transit"],
  types: ["AWS::CloudFront::Distribution"],
  judge(thing: Resource) {
    return thing.at("DistributionConfig.Origins").every((origin) =>
      origin.at("CustomOriginConfig").isAbsent
        ? pass()
        : all(
            origin.at("CustomOriginConfig.OriginProtocolPolicy").equals("https-only"),
            origin
              .at("CustomOriginConfig.OriginSSLProtocols")
              .every((one) => not(one.equals("SSLv3", "TLSv1", "TLSv1.1"))),
          ),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::CloudFront::Distribution, Properties: { DistributionConfig: { Origins: [{ Id: o, DomainName: a, CustomOriginConfig: { OriginProtocolPolicy: https-only, OriginSSLProtocols: [TLSv1.2] } }] } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::CloudFront::Distribution, Properties: { DistributionConfig: { Origins: [{ Id: o, DomainName: a, CustomOriginConfig: { OriginProtocolPolicy: http-only } }] } } }`,
      },
    ],
  },
};
