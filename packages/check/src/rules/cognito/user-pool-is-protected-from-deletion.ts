/** 45 CFR 164.308(a)(7)(ii)(C): critical processes go on. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const userPoolIsProtectedFromDeletion: Rule = {
  id: "user-pool-is-protected-from-deletion",
  title: "The user pool refuses to be deleted",
  why: "With the pool go all accounts, and nobody signs in until they are made again.",
  remedy: "Set DeletionProtection to ACTIVE.",
  snippet: `
Thing: { Type: AWS::Cognito::UserPool, Properties: { DeletionProtection: ACTIVE } }`,
  severity: "medium",
  topics: ["deletion-protection", "availability"],
  types: ["AWS::Cognito::UserPool"],
  judge(thing: Resource) {
    return thing.at("DeletionProtection").equals("ACTIVE");
  },
  samples: {
    good: [{ cloudformation: `Thing: { Type: AWS::Cognito::UserPool, Properties: { DeletionProtection: ACTIVE } }` }],
    bad: [{ cloudformation: `Thing: { Type: AWS::Cognito::UserPool }` }],
  },
};
