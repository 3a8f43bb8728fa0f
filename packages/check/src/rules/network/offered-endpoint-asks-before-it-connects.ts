/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const offeredEndpointAsksBeforeItConnects: Rule = {
  id: "offered-endpoint-asks-before-it-connects",
  title: "The endpoint that is offered asks before it connects",
  why: "Without acceptance every account that may see the service is connected to your network.",
  remedy: "Set AcceptanceRequired to true.",
  snippet: `
Thing: { Type: AWS::EC2::VPCEndpointService, Properties: { AcceptanceRequired: true } }`,
  severity: "medium",
  topics: ["network-isolation"],
  types: ["AWS::EC2::VPCEndpointService"],
  judge(thing: Resource) {
    return thing.at("AcceptanceRequired").isTrue();
  },
  samples: {
    good: [
      { cloudformation: `Thing: { Type: AWS::EC2::VPCEndpointService, Properties: { AcceptanceRequired: true } }` },
    ],
    bad: [
      { cloudformation: `Thing: { Type: AWS::EC2::VPCEndpointService, Properties: { AcceptanceRequired: false } }` },
      { cloudformation: `Thing: { Type: AWS::EC2::VPCEndpointService }` },
    ],
  },
};
