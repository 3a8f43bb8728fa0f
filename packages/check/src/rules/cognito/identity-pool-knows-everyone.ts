/** 45 CFR 164.312(d): who asks is verified. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const identityPoolKnowsEveryone: Rule = {
  id: "identity-pool-knows-everyone",
  title: "The identity pool gives nothing to strangers",
  why: "With unauthenticated identities anyone on the internet gets AWS credentials.",
  remedy: "Set AllowUnauthenticatedIdentities to false.",
  snippet: `
Thing: { Type: AWS::Cognito::IdentityPool, Properties: { AllowUnauthenticatedIdentities: false } }`,
  severity: "critical",
  topics: ["authentication", "public-exposure"],
  types: ["AWS::Cognito::IdentityPool"],
  judge(thing: Resource) {
    return thing.at("AllowUnauthenticatedIdentities").isFalse();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::Cognito::IdentityPool, Properties: { AllowUnauthenticatedIdentities: false } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::Cognito::IdentityPool, Properties: { AllowUnauthenticatedIdentities: true } }`,
      },
      { cloudformation: `Thing: { Type: AWS::Cognito::IdentityPool }` },
    ],
  },
};
