/** 45 CFR 164.312(d): who asks is verified. */
import type { Resource } from "../../graph/resource.ts";
import { all, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const graphqlKnowsItsCallers: Rule = {
  id: "graphql-knows-its-callers",
  title: "The GraphQL API asks who calls",
  why: "An API key is sent by every client and known to everyone who opens the page's source.",
  remedy: "Set AuthenticationType to AMAZON_COGNITO_USER_POOLS, OPENID_CONNECT, AWS_IAM or AWS_LAMBDA.",
  snippet: `
Thing: { Type: AWS::AppSync::GraphQLApi, Properties: { AuthenticationType: AWS_IAM } }`,
  severity: "critical",
  topics: ["authentication", "public-exposure"],
  types: ["AWS::AppSync::GraphQLApi"],
  judge(thing: Resource) {
    return all(
      thing.at("AuthenticationType").exists(),
      not(thing.at("AuthenticationType").equals("API_KEY")),
      thing.at("AdditionalAuthenticationProviders").every((one) => not(one.at("AuthenticationType").equals("API_KEY"))),
    );
  },
  samples: {
    good: [
      { cloudformation: `Thing: { Type: AWS::AppSync::GraphQLApi, Properties: { AuthenticationType: AWS_IAM } }` },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::AppSync::GraphQLApi, Properties: { AuthenticationType: API_KEY } }` }],
  },
};
