/** 45 CFR 164.312(d): who asks is verified. */
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const clientUsesNoImplicitGrant: Rule = {
  id: "client-uses-no-implicit-grant",
  title: "The client uses no implicit grant",
  why: "Tokens in a URL stay in histories, logs and referrers.",
  remedy: "Set AllowedOAuthFlows to code.",
  snippet: `
Thing: { Type: AWS::Cognito::UserPoolClient, Properties: { AllowedOAuthFlows: [code] } }`,
  severity: "medium",
  topics: ["authentication"],
  types: ["AWS::Cognito::UserPoolClient"],
  judge(thing: Resource) {
    const flows = thing.at("AllowedOAuthFlows");
    return flows.isAbsent ? "notApplicable" : flows.every((flow) => not(flow.equals("implicit")));
  },
  samples: {
    good: [
      { cloudformation: `Thing: { Type: AWS::Cognito::UserPoolClient, Properties: { AllowedOAuthFlows: [code] } }` },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::Cognito::UserPoolClient, Properties: { AllowedOAuthFlows: [implicit] } }`,
      },
    ],
  },
};
