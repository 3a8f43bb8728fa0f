/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const transitGatewayAsksBeforeItConnects: Rule = {
  id: "transit-gateway-asks-before-it-connects",
  title: "The transit gateway asks before it connects",
  why: "A network of another account that is attached unasked reaches what the routes reach.",
  remedy: "Leave AutoAcceptSharedAttachments disabled.",
  snippet: `
Thing: { Type: AWS::EC2::TransitGateway, Properties: { Description: d } }`,
  severity: "medium",
  topics: ["network-isolation"],
  types: ["AWS::EC2::TransitGateway"],
  judge(thing: Resource) {
    return not(thing.at("AutoAcceptSharedAttachments").equals("enable"));
  },
  samples: {
    good: [{ cloudformation: `Thing: { Type: AWS::EC2::TransitGateway, Properties: { Description: d } }` }],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::EC2::TransitGateway, Properties: { AutoAcceptSharedAttachments: enable } }`,
      },
    ],
  },
};
