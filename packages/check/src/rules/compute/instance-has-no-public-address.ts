/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const instanceHasNoPublicAddress: Rule = {
  id: "instance-has-no-public-address",
  title: "The instance has no public address",
  why: "An instance with a public address is scanned within minutes.",
  remedy: "Set AssociatePublicIpAddress to false and put a load balancer before it.",
  snippet: `
Instance: { Type: AWS::EC2::Instance, Properties: { NetworkInterfaces: [{ DeviceIndex: "0", AssociatePublicIpAddress: false }] } }`,
  severity: "high",
  topics: ["network-isolation", "public-exposure"],
  types: ["AWS::EC2::Instance", "AWS::EC2::LaunchTemplate"],
  judge(instance: Resource) {
    const path =
      instance.type === "AWS::EC2::LaunchTemplate" ? "LaunchTemplateData.NetworkInterfaces" : "NetworkInterfaces";
    return not(instance.at(path).some((one) => one.at("AssociatePublicIpAddress").isTrue()));
  },
  samples: {
    good: [
      {
        cloudformation: `Instance: { Type: AWS::EC2::Instance, Properties: { NetworkInterfaces: [{ DeviceIndex: "0", AssociatePublicIpAddress: false }] } }`,
      },
      { cloudformation: `Instance: { Type: AWS::EC2::Instance }` },
    ],
    bad: [
      {
        cloudformation: `Template: { Type: AWS::EC2::LaunchTemplate, Properties: { LaunchTemplateData: { NetworkInterfaces: [{ DeviceIndex: 0, AssociatePublicIpAddress: true }] } } }`,
      },
      {
        cloudformation: `Instance: { Type: AWS::EC2::Instance, Properties: { NetworkInterfaces: [{ DeviceIndex: "0", AssociatePublicIpAddress: true }] } }`,
      },
    ],
  },
};
