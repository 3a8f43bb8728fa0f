/** 45 CFR 164.312(d): who asks is verified. */
import type { Graph } from "../../graph/graph.ts";
import type { Resource } from "../../graph/resource.ts";
import { any } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const apiRouteKnowsItsCaller: Rule = {
  id: "api-route-knows-its-caller",
  title: "The route answers only callers that it knows",
  why: "Without an authorizer anyone on the internet calls the route, or opens the socket.",
  remedy: "Set AuthorizationType to JWT, AWS_IAM or CUSTOM.",
  snippet: `
Route: { Type: AWS::ApiGatewayV2::Route, Properties: { ApiId: a, RouteKey: "GET /x", AuthorizationType: JWT } }`,
  severity: "critical",
  topics: ["authentication", "public-exposure"],
  types: ["AWS::ApiGatewayV2::Route"],
  judge(route: Resource, graph: Graph) {
    const key = route.at("RouteKey");
    // A socket is authorized when it opens; its later messages belong to that session.
    if (any(key.matches(/^OPTIONS /i), key.matches(/^\$(disconnect|default)$|^[^ /$]+$/)).outcome === "pass") {
      if (key.equals("$default").outcome !== "pass" || isSocket(route, graph)) return "notApplicable";
    }
    return route.at("AuthorizationType").equals("JWT", "AWS_IAM", "CUSTOM");
  },
  samples: {
    good: [
      {
        cloudformation: `Route: { Type: AWS::ApiGatewayV2::Route, Properties: { ApiId: a, RouteKey: "GET /x", AuthorizationType: JWT } }`,
      },
    ],
    bad: [
      { cloudformation: `Route: { Type: AWS::ApiGatewayV2::Route, Properties: { ApiId: a, RouteKey: "GET /x" } }` },
      {
        cloudformation: `Route: { Type: AWS::ApiGatewayV2::Route, Properties: { ApiId: a, RouteKey: "$connect", AuthorizationType: NONE } }`,
      },
    ],
  },
};

function isSocket(route: Resource, graph: Graph): boolean {
  return graph.target(route.at("ApiId"))?.at("ProtocolType").equals("WEBSOCKET").outcome === "pass";
}
