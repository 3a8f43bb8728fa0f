/** 45 CFR 164.312(d): who asks is verified. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const functionUrlNeedsSignature: Rule = {
  id: "function-url-needs-signature",
  title: "The function URL answers only signed requests",
  why: "With AuthType NONE the URL answers anyone on the internet; the function itself is then the only guard of the records behind it.",
  remedy: "Set AuthType to AWS_IAM, or put an API with an authorizer before the function.",
  snippet: `
Url:
  Type: AWS::Lambda::Url
  Properties:
    TargetFunctionArn: !Ref Function
    AuthType: AWS_IAM`,
  severity: "critical",
  topics: ["authentication", "public-exposure"],
  types: ["AWS::Lambda::Url"],
  judge(url: Resource) {
    return url.at("AuthType").equals("AWS_IAM");
  },
  samples: {
    good: [
      { cloudformation: `Url: { Type: AWS::Lambda::Url, Properties: { TargetFunctionArn: f, AuthType: AWS_IAM } }` },
    ],
    bad: [
      { cloudformation: `Url: { Type: AWS::Lambda::Url, Properties: { TargetFunctionArn: f, AuthType: NONE } }` },
      {
        cloudformation: `
Transform: AWS::Serverless-2016-10-31
Resources:
  Function:
    Type: AWS::Serverless::Function
    Properties: { Runtime: nodejs22.x, FunctionUrlConfig: { AuthType: NONE } }`,
      },
    ],
  },
};
