/** 45 CFR 164.312(d): who asks is verified. */
import type { Resource } from "../../graph/resource.ts";
import { all } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const userPoolAsksForLongPasswords: Rule = {
  id: "user-pool-asks-for-long-passwords",
  title: "The user pool asks for passwords of 12 characters",
  why: "A short password is guessed by machine in hours.",
  remedy: "Set Policies.PasswordPolicy.MinimumLength to 12 or more.",
  snippet: `
Thing: { Type: AWS::Cognito::UserPool, Properties: { Policies: { PasswordPolicy: { MinimumLength: 14 } } } }`,
  severity: "medium",
  topics: ["authentication"],
  types: ["AWS::Cognito::UserPool"],
  judge(thing: Resource) {
    return all(
      thing.at("Policies.PasswordPolicy.MinimumLength").exists(),
      thing.at("Policies.PasswordPolicy.MinimumLength").atLeast(12),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::Cognito::UserPool, Properties: { Policies: { PasswordPolicy: { MinimumLength: 14 } } } }`,
      },
    ],
    bad: [
      { cloudformation: `Thing: { Type: AWS::Cognito::UserPool }` },
      {
        cloudformation: `Thing: { Type: AWS::Cognito::UserPool, Properties: { Policies: { PasswordPolicy: { MinimumLength: 6 } } } }`,
      },
    ],
  },
};
