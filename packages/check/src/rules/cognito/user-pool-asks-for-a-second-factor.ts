/** 45 CFR 164.312(d): who asks is verified. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const userPoolAsksForASecondFactor: Rule = {
  id: "user-pool-asks-for-a-second-factor",
  title: "The user pool asks for a second factor",
  why: "A password alone is phished every day, and one clinician's account opens many charts.",
  remedy: "Set MfaConfiguration to ON, or OPTIONAL with a reason.",
  snippet: `
Thing: { Type: AWS::Cognito::UserPool, Properties: { MfaConfiguration: "ON" } }`,
  severity: "high",
  topics: ["authentication"],
  types: ["AWS::Cognito::UserPool"],
  judge(thing: Resource) {
    return thing.at("MfaConfiguration").equals("ON", "OPTIONAL");
  },
  samples: {
    good: [{ cloudformation: `Thing: { Type: AWS::Cognito::UserPool, Properties: { MfaConfiguration: "ON" } }` }],
    bad: [
      { cloudformation: `Thing: { Type: AWS::Cognito::UserPool }` },
      { cloudformation: `Thing: { Type: AWS::Cognito::UserPool, Properties: { MfaConfiguration: "OFF" } }` },
    ],
  },
};
