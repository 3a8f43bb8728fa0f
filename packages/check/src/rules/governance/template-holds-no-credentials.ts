/** 45 CFR 164.308(a)(5)(ii)(D): safeguarding passwords. */
import type { Resource } from "../../graph/resource.ts";
import { all, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const templateHoldsNoCredentials: Rule = {
  id: "template-holds-no-credentials",
  title: "The template has no AWS::CloudFormation::Authentication with a password",
  why: "The metadata of a stack is read by everyone who may look at stacks.",
  remedy: "Use a role (type S3 with roleName).",
  snippet: `
Box: { Type: AWS::EC2::Instance, Metadata: { "AWS::CloudFormation::Authentication": { a: { type: s3, roleName: r } } } }`,
  severity: "critical",
  topics: ["secrets"],
  types: ["AWS::EC2::Instance", "AWS::AutoScaling::LaunchConfiguration", "AWS::CloudFormation::Authentication"],
  waivable: false,
  judge(thing: Resource) {
    const blocks = [thing.attribute("Metadata"), thing.whole, thing.attribute("")].flatMap((one) =>
      one.at("AWS::CloudFormation::Authentication").entries(),
    );
    if (blocks.length === 0) return "notApplicable";
    return all(
      ...blocks.map(([, one]) =>
        all(
          not(one.at("password").isFilled()),
          not(one.at("secretKey").isFilled()),
          not(one.at("accessKeyId").isFilled()),
        ),
      ),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Box: { Type: AWS::EC2::Instance, Metadata: { "AWS::CloudFormation::Authentication": { a: { type: s3, roleName: r } } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Box: { Type: AWS::EC2::Instance, Metadata: { "AWS::CloudFormation::Authentication": { a: { type: basic, username: u, password: hunter22 } } } }`,
      },
    ],
  },
};
