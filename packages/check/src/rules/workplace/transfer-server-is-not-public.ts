/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const transferServerIsNotPublic: Rule = {
  id: "transfer-server-is-not-public",
  title: "The transfer server is reached from inside only",
  why: "A public server for files is tried by everyone, day and night, and what arrives there are often whole exports.",
  remedy: "Set EndpointType to VPC.",
  snippet: `
Thing: { Type: AWS::Transfer::Server, Properties: { EndpointType: VPC } }`,
  severity: "high",
  topics: ["public-exposure", "network-isolation"],
  types: ["AWS::Transfer::Server"],
  judge(thing: Resource) {
    return thing.at("EndpointType").equals("VPC", "VPC_ENDPOINT");
  },
  samples: {
    good: [{ cloudformation: `Thing: { Type: AWS::Transfer::Server, Properties: { EndpointType: VPC } }` }],
    bad: [
      { cloudformation: `Thing: { Type: AWS::Transfer::Server, Properties: { EndpointType: PUBLIC } }` },
      { cloudformation: `Thing: { Type: AWS::Transfer::Server, Properties: { Protocols: [SFTP] } }` },
    ],
  },
};
