/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const functionUrlLimitsOrigins: Rule = {
  id: "function-url-limits-origins",
  title: "The function URL answers browsers of named origins",
  why: 'With "*" any web page that a clinician has open can call the function with what the browser holds.',
  remedy: "List the origins of your own pages in Cors.AllowOrigins.",
  snippet: `
Cors: { AllowOrigins: ["https://portal.clinic.example"] }`,
  severity: "medium",
  topics: ["public-exposure"],
  types: ["AWS::Lambda::Url"],
  judge(url: Resource) {
    const origins = url.at("Cors.AllowOrigins");
    return origins.isAbsent ? "notApplicable" : origins.every((origin) => not(origin.equals("*")));
  },
  samples: {
    good: [
      {
        cloudformation: `Url: { Type: AWS::Lambda::Url, Properties: { TargetFunctionArn: f, AuthType: AWS_IAM, Cors: { AllowOrigins: ["https://portal.clinic.example"] } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Url: { Type: AWS::Lambda::Url, Properties: { TargetFunctionArn: f, AuthType: AWS_IAM, Cors: { AllowOrigins: ["*"] } } }`,
      },
    ],
  },
};
