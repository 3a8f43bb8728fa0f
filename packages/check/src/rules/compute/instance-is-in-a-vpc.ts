/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import { any } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const instanceIsInAVpc: Rule = {
  id: "instance-is-in-a-vpc",
  title: "The instance is in a subnet that was chosen",
  why: "Without a subnet it lands in the default VPC, which is public.",
  remedy: "Set SubnetId to a private subnet.",
  snippet: `
Instance: { Type: AWS::EC2::Instance, Properties: { SubnetId: s } }`,
  severity: "medium",
  topics: ["network-isolation"],
  types: ["AWS::EC2::Instance"],
  judge(instance: Resource) {
    return any(
      instance.at("SubnetId").exists(),
      instance.at("NetworkInterfaces").some((one) => one.at("SubnetId").exists()),
    );
  },
  samples: {
    good: [{ cloudformation: `Instance: { Type: AWS::EC2::Instance, Properties: { SubnetId: s } }` }],
    bad: [{ cloudformation: `Instance: { Type: AWS::EC2::Instance, Properties: { ImageId: a } }` }],
  },
};
