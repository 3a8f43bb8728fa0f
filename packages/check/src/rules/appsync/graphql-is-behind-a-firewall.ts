/** 45 CFR 164.308(a)(5)(ii)(B): protection from malicious software. */
import type { Graph } from "../../graph/graph.ts";
import type { Resource } from "../../graph/resource.ts";
import { fail, pass } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const graphqlIsBehindAFirewall: Rule = {
  id: "graphql-is-behind-a-firewall",
  title: "A web application firewall guards the GraphQL API",
  why: "Scanners try known attacks on every public API within minutes. A firewall takes most of them before the resolvers.",
  remedy: "Add an AWS::WAFv2::WebACLAssociation for the API.",
  snippet: `
Thing: { Type: AWS::AppSync::GraphQLApi, Properties: { AuthenticationType: AWS_IAM, Name: a } }
Guard: { Type: AWS::WAFv2::WebACLAssociation, Properties: { WebACLArn: w, ResourceArn: !GetAtt Thing.Arn } }`,
  severity: "medium",
  topics: ["input-validation", "public-exposure"],
  types: ["AWS::AppSync::GraphQLApi"],
  judge(thing: Resource, graph: Graph) {
    if (thing.at("Visibility").equals("PRIVATE").outcome === "pass") return "notApplicable";
    const guards = graph
      .ofType("AWS::WAFv2::WebACLAssociation", "AWS::WAFRegional::WebACLAssociation")
      .map((one) => one.at("ResourceArn"));
    if (guards.some((arn) => arn.references().has(thing.id))) return pass();
    const open = guards.find((arn) => arn.isUnknown);
    return open ? open.undecided() : fail("no AWS::WAFv2::WebACLAssociation names it", thing.spot);
  },
  samples: {
    good: [
      {
        cloudformation: `
Thing: { Type: AWS::AppSync::GraphQLApi, Properties: { AuthenticationType: AWS_IAM, Name: a } }
Guard: { Type: AWS::WAFv2::WebACLAssociation, Properties: { WebACLArn: w, ResourceArn: !GetAtt Thing.Arn } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::AppSync::GraphQLApi, Properties: { AuthenticationType: AWS_IAM, Name: a } }`,
      },
    ],
  },
};
