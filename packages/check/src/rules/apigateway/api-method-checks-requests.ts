/** 45 CFR 164.308(a)(5)(ii)(B): protection from malicious software. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const apiMethodChecksRequests: Rule = {
  id: "api-method-checks-requests",
  title: "The method checks requests against a model",
  why: "What is not checked at the door reaches the code behind it: malformed, oversized, or made to break it.",
  remedy: "Set RequestValidatorId, with a model for bodies.",
  snippet: `
Method: { Type: AWS::ApiGateway::Method, Properties: { HttpMethod: POST, RequestValidatorId: !Ref Validator } }`,
  severity: "low",
  topics: ["input-validation"],
  types: ["AWS::ApiGateway::Method"],
  judge(method: Resource) {
    return method.at("HttpMethod").matches(/^OPTIONS?$/i).outcome === "pass"
      ? "notApplicable"
      : method.at("RequestValidatorId").isFilled();
  },
  samples: {
    good: [
      {
        cloudformation: `Method: { Type: AWS::ApiGateway::Method, Properties: { HttpMethod: POST, RequestValidatorId: !Ref Validator } }`,
      },
    ],
    bad: [{ cloudformation: `Method: { Type: AWS::ApiGateway::Method, Properties: { HttpMethod: POST } }` }],
  },
};
