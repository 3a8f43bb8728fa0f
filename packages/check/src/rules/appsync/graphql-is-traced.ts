/** 45 CFR 164.312(b): activity is recorded. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const graphqlIsTraced: Rule = {
  id: "graphql-is-traced",
  title: "The GraphQL API is traced",
  why: "Which resolver takes the time shows only in a trace.",
  remedy: "Set XrayEnabled to true.",
  snippet: `
Thing: { Type: AWS::AppSync::GraphQLApi, Properties: { XrayEnabled: true } }`,
  severity: "low",
  topics: ["monitoring"],
  types: ["AWS::AppSync::GraphQLApi"],
  judge(thing: Resource) {
    return thing.at("XrayEnabled").isTrue();
  },
  samples: {
    good: [{ cloudformation: `Thing: { Type: AWS::AppSync::GraphQLApi, Properties: { XrayEnabled: true } }` }],
    bad: [{ cloudformation: `Thing: { Type: AWS::AppSync::GraphQLApi, Properties: { Name: a } }` }],
  },
};
