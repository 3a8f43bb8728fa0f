/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import { fail, pass } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const defaultVpcIsNotUsed: Rule = {
  id: "default-vpc-is-not-used",
  title: "The default VPC is not used",
  why: "The default VPC is public in every subnet; what is put there by habit is on the internet.",
  remedy: "Make a VPC with private subnets.",
  snippet: `
# Terraform
Vpc: aws_vpc`,
  severity: "medium",
  topics: ["network-isolation"],
  types: ["AWS::EC2::VPC", "Ward::DefaultVpc"],
  judge(vpc: Resource) {
    return vpc.type === "AWS::EC2::VPC" ? pass() : fail("the default VPC is managed here", vpc.spot);
  },
  samples: {
    good: [
      {
        terraform: `
resource "aws_vpc" "v" {
  cidr_block = "10.0.0.0/16"
}`,
      },
    ],
    bad: [
      {
        terraform: `
resource "aws_default_vpc" "default" {
}`,
      },
    ],
  },
};
