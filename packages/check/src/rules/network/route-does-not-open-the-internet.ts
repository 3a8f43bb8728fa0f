/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import { all, any, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const routeDoesNotOpenTheInternet: Rule = {
  id: "route-does-not-open-the-internet",
  title: "No route sends everything to an internet gateway",
  why: "A subnet with such a route is public: what is in it is reached from everywhere, and reaches everywhere.",
  remedy: "Send what must leave through a NAT gateway or endpoints, and name ranges.",
  snippet: `
Route: { Type: AWS::EC2::Route, Properties: { RouteTableId: r, DestinationCidrBlock: 192.168.0.0/16, GatewayId: g } }`,
  severity: "medium",
  topics: ["network-isolation", "egress-control"],
  types: ["AWS::EC2::Route"],
  judge(route: Resource) {
    const everywhere = any(
      route.at("DestinationCidrBlock").equals("0.0.0.0/0"),
      route.at("DestinationIpv6CidrBlock").equals("::/0"),
      route.at("DestinationCidrBlock").equals("::/0"),
    );
    return not(all(everywhere, route.at("GatewayId").exists()));
  },
  samples: {
    good: [
      {
        cloudformation: `Route: { Type: AWS::EC2::Route, Properties: { RouteTableId: r, DestinationCidrBlock: 192.168.0.0/16, GatewayId: g } }`,
      },
      {
        cloudformation: `Route: { Type: AWS::EC2::Route, Properties: { RouteTableId: r, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: n } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Route: { Type: AWS::EC2::Route, Properties: { RouteTableId: r, DestinationCidrBlock: 0.0.0.0/0, GatewayId: g } }`,
      },
    ],
  },
};
