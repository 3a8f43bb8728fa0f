/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const subnetGivesNoPublicAddresses: Rule = {
  id: "subnet-gives-no-public-addresses",
  title: "The subnet gives no public addresses",
  why: "Whatever starts in it is on the internet, whether it was meant to be or not.",
  remedy: "Set MapPublicIpOnLaunch to false, or leave it away.",
  snippet: `
Subnet: { Type: AWS::EC2::Subnet }`,
  severity: "medium",
  topics: ["network-isolation", "public-exposure"],
  types: ["AWS::EC2::Subnet"],
  judge(subnet: Resource) {
    return not(subnet.at("MapPublicIpOnLaunch").isTrue());
  },
  samples: {
    good: [
      { cloudformation: `Subnet: { Type: AWS::EC2::Subnet }` },
      { cloudformation: `Subnet: { Type: AWS::EC2::Subnet, Properties: { MapPublicIpOnLaunch: false } }` },
    ],
    bad: [{ cloudformation: `Subnet: { Type: AWS::EC2::Subnet, Properties: { MapPublicIpOnLaunch: true } }` }],
  },
};
