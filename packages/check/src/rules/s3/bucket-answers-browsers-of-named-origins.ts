/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const bucketAnswersBrowsersOfNamedOrigins: Rule = {
  id: "bucket-answers-browsers-of-named-origins",
  title: "The bucket answers browsers of named origins",
  why: "With * any page that a clinician has open can read and write the bucket in their name.",
  remedy: "Name AllowedOrigins.",
  snippet: `
Thing: { Type: AWS::S3::Bucket, Properties: { CorsConfiguration: { CorsRules: [{ AllowedMethods: [GET], AllowedOrigins: ["https://portal.example.org"] }] } } }`,
  severity: "medium",
  topics: ["public-exposure"],
  types: ["AWS::S3::Bucket"],
  judge(thing: Resource) {
    const rules = thing.at("CorsConfiguration.CorsRules");
    return rules.every((one) => one.at("AllowedOrigins").every((origin) => not(origin.equals("*"))));
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::S3::Bucket, Properties: { CorsConfiguration: { CorsRules: [{ AllowedMethods: [GET], AllowedOrigins: ["https://portal.example.org"] }] } } }`,
      },
      { cloudformation: `Thing: { Type: AWS::S3::Bucket }` },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::S3::Bucket, Properties: { CorsConfiguration: { CorsRules: [{ AllowedMethods: [GET], AllowedOrigins: ["*"] }] } } }`,
      },
    ],
  },
};
