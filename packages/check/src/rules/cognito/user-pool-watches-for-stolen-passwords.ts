/** 45 CFR 164.312(d): who asks is verified. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const userPoolWatchesForStolenPasswords: Rule = {
  id: "user-pool-watches-for-stolen-passwords",
  title: "The user pool watches for stolen passwords",
  why: "Passwords that leaked elsewhere are tried here within days.",
  remedy: "Set UserPoolAddOns.AdvancedSecurityMode to ENFORCED.",
  snippet: `
Thing: { Type: AWS::Cognito::UserPool, Properties: { UserPoolAddOns: { AdvancedSecurityMode: ENFORCED } } }`,
  severity: "medium",
  topics: ["monitoring", "authentication"],
  types: ["AWS::Cognito::UserPool"],
  judge(thing: Resource) {
    return thing.at("UserPoolAddOns.AdvancedSecurityMode").equals("ENFORCED");
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::Cognito::UserPool, Properties: { UserPoolAddOns: { AdvancedSecurityMode: ENFORCED } } }`,
      },
    ],
    bad: [
      { cloudformation: `Thing: { Type: AWS::Cognito::UserPool }` },
      {
        cloudformation: `Thing: { Type: AWS::Cognito::UserPool, Properties: { UserPoolAddOns: { AdvancedSecurityMode: "OFF" } } }`,
      },
    ],
  },
};
