/** GDPR Art. 44: data stays where it may be. */
import type { Resource } from "../../graph/resource.ts";
import { all } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const apiNamesItsEndpointType: Rule = {
  id: "api-names-its-endpoint-type",
  title: "The API says where its endpoint is",
  why: "An edge endpoint sends requests through any of AWS's places in the world; a private or regional one stays where you are.",
  remedy: "Set EndpointConfiguration.Types to REGIONAL or PRIVATE.",
  snippet: `
Api: { Type: AWS::ApiGateway::DomainName, Properties: { EndpointConfiguration: { Types: [REGIONAL] } } }`,
  severity: "low",
  topics: ["residency", "network-isolation"],
  types: ["AWS::ApiGateway::DomainName", "AWS::ApiGateway::RestApi"],
  judge(api: Resource) {
    const types = api.at("EndpointConfiguration.Types");
    if (types.isAbsent && api.type === "AWS::ApiGateway::RestApi" && !api.at("Body").isAbsent) return "notApplicable";
    return all(
      types.isFilled(),
      types.every((type) => type.equals("REGIONAL", "PRIVATE", "EDGE")),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Api: { Type: AWS::ApiGateway::DomainName, Properties: { EndpointConfiguration: { Types: [REGIONAL] } } }`,
      },
    ],
    bad: [
      { cloudformation: `Api: { Type: AWS::ApiGateway::DomainName }` },
      {
        cloudformation: `Api: { Type: AWS::ApiGateway::DomainName, Properties: { EndpointConfiguration: { Types: [BEYOND] } } }`,
      },
    ],
  },
};
