/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const apiAnswersBrowsersOfNamedOrigins: Rule = {
  id: "api-answers-browsers-of-named-origins",
  title: "The API answers browsers of named origins",
  why: 'With "*" any web page that a clinician has open can read what the API answers.',
  remedy: "List your own origins in CorsConfiguration.AllowOrigins.",
  snippet: `
Api: { Type: AWS::ApiGatewayV2::Api, Properties: { ProtocolType: HTTP, CorsConfiguration: { AllowOrigins: ["https://portal.clinic.example"] } } }`,
  severity: "medium",
  topics: ["public-exposure"],
  types: ["AWS::ApiGatewayV2::Api"],
  judge(api: Resource) {
    const origins = api.at("CorsConfiguration.AllowOrigins");
    return origins.isAbsent ? "notApplicable" : origins.every((origin) => not(origin.equals("*")));
  },
  samples: {
    good: [
      {
        cloudformation: `Api: { Type: AWS::ApiGatewayV2::Api, Properties: { ProtocolType: HTTP, CorsConfiguration: { AllowOrigins: ["https://portal.clinic.example"] } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Api: { Type: AWS::ApiGatewayV2::Api, Properties: { ProtocolType: HTTP, CorsConfiguration: { AllowOrigins: ["*"] } } }`,
      },
    ],
  },
};
