/** 45 CFR 164.312(d): who asks is verified. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const apiMethodKnowsItsCaller: Rule = {
  id: "api-method-knows-its-caller",
  title: "The method answers only callers that it knows",
  why: "Without an authorizer anyone on the internet calls the method. An API key tells apart, it does not identify: it is sent in the open by every client.",
  remedy:
    "Set AuthorizationType to AWS_IAM, COGNITO_USER_POOLS or CUSTOM; in SAM, name a DefaultAuthorizer under the API's Auth.",
  snippet: `
Method: { Type: AWS::ApiGateway::Method, Properties: { HttpMethod: GET, AuthorizationType: AWS_IAM } }`,
  severity: "critical",
  topics: ["authentication", "public-exposure"],
  types: ["AWS::ApiGateway::Method"],
  judge(method: Resource) {
    const isPreflight = method.at("HttpMethod").matches(/^OPTIONS?$/i);
    if (isPreflight.outcome === "pass") return "notApplicable";
    return method.at("AuthorizationType").equals("AWS_IAM", "COGNITO_USER_POOLS", "CUSTOM");
  },
  samples: {
    good: [
      {
        cloudformation: `Method: { Type: AWS::ApiGateway::Method, Properties: { HttpMethod: GET, AuthorizationType: AWS_IAM } }`,
      },
      {
        cloudformation: `
Good: { Type: AWS::ApiGateway::Method, Properties: { HttpMethod: GET, AuthorizationType: CUSTOM } }
Preflight: { Type: AWS::ApiGateway::Method, Properties: { HttpMethod: OPTIONS, AuthorizationType: NONE } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Method: { Type: AWS::ApiGateway::Method, Properties: { HttpMethod: GET, AuthorizationType: NONE } }`,
      },
      { cloudformation: `Method: { Type: AWS::ApiGateway::Method, Properties: { HttpMethod: POST } }` },
      {
        cloudformation: `
Transform: AWS::Serverless-2016-10-31
Resources:
  Function:
    Type: AWS::Serverless::Function
    Properties: { Events: { Get: { Type: Api, Properties: { Path: /patients, Method: get } } } }`,
      },
    ],
  },
};
