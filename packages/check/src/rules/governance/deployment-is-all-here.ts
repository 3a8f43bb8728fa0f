/** 45 CFR 164.308(a)(8): an evaluation covers what is really run. */
import type { Resource } from "../../graph/resource.ts";
import { unknown } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const deploymentIsAllHere: Rule = {
  id: "deployment-is-all-here",
  title: "Everything that is deployed is here to be judged",
  why: "A module or an included file that lies elsewhere makes resources that nobody has looked at. They hold PHI as well as those that stand here.",
  remedy:
    "Check where it can be read: after `terraform init`, with the included file beside the template, or the template that the macro made.",
  snippet: `
Fn::Transform: { Name: AWS::Include, Parameters: { Location: ./alarms.yaml } }`,
  severity: "low",
  topics: ["hygiene"],
  types: ["Ward::Included", "Terraform::module"],
  judge(resource: Resource) {
    return unknown(resource.properties.open ?? "what lies elsewhere", resource.spot);
  },
  samples: {
    good: [{ cloudformation: `Inbox: { Type: AWS::SQS::Queue }` }],
    bad: [],
    unknown: [
      {
        cloudformation: `
Inbox: { Type: AWS::SQS::Queue }
Fn::Transform: { Name: AWS::Include, Parameters: { Location: s3://templates/alarms.yaml } }`,
      },
      { cloudformation: `Fn::Transform: { Name: Company::Network }` },
      {
        cloudformation: `
Transform: [Company::Defaults]
Resources: { Inbox: { Type: AWS::SQS::Queue } }`,
      },
      { terraform: `module "vpc" { source = "terraform-aws-modules/vpc/aws" }` },
    ],
  },
};
