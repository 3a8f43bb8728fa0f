/** 45 CFR 164.312(a)(2)(iii): a session ends. */
import type { Resource } from "../../graph/resource.ts";
import { all } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const signInTokensEndWithinTheDay: Rule = {
  id: "sign-in-tokens-end-within-the-day",
  title: "Sign-ins end within a day",
  why: "A refresh token of thirty days on a lost tablet is a month of open charts.",
  remedy: "Set RefreshTokenValidity to a day or less.",
  snippet: `
Thing: { Type: AWS::Cognito::UserPoolClient, Properties: { RefreshTokenValidity: 12, TokenValidityUnits: { RefreshToken: hours } } }`,
  severity: "medium",
  topics: ["session"],
  types: ["AWS::Cognito::UserPoolClient"],
  judge(thing: Resource) {
    const unit = thing.at("TokenValidityUnits.RefreshToken").text() ?? "days";
    const most =
      ({ seconds: 86_400, minutes: 1_440, hours: 24, days: 1 } as Readonly<Record<string, number>>)[unit] ?? 1;
    return all(thing.at("RefreshTokenValidity").exists(), thing.at("RefreshTokenValidity").atMost(most));
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::Cognito::UserPoolClient, Properties: { RefreshTokenValidity: 12, TokenValidityUnits: { RefreshToken: hours } } }`,
      },
    ],
    bad: [
      { cloudformation: `Thing: { Type: AWS::Cognito::UserPoolClient }` },
      { cloudformation: `Thing: { Type: AWS::Cognito::UserPoolClient, Properties: { RefreshTokenValidity: 30 } }` },
    ],
  },
};
