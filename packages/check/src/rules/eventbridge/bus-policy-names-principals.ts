/** 45 CFR 164.312(a)(1): only those who were granted access. */
import { policyDocument } from "../../graph/policy-document.ts";
import { Property } from "../../graph/property.ts";
import { map } from "../../graph/value.ts";
import type { Resource } from "../../graph/resource.ts";
import { all, any, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const busPolicyNamesPrincipals: Rule = {
  id: "bus-policy-names-principals",
  title: "The policy of the bus lets only named accounts in",
  why: 'Principal "*" lets anyone put events on the bus, which functions then believe.',
  remedy: "Name the accounts, or an organization in the condition.",
  snippet: `
Thing: { Type: AWS::Events::EventBusPolicy, Properties: { StatementId: s, Principal: "123456789012", Action: "events:PutEvents" } }`,
  severity: "critical",
  topics: ["public-exposure", "least-privilege"],
  types: ["AWS::Events::EventBusPolicy"],
  judge(thing: Resource) {
    const statement = thing.at("Statement");
    if (!statement.isAbsent) {
      const whole = statement.at("Statement").isAbsent
        ? new Property(map([["Statement", statement.value]], statement.spot), "Statement")
        : statement;
      return policyDocument(whole).noAllow((one) =>
        all(one.hasAnyonePrincipal(), not(one.property.at("Condition").exists())),
      );
    }
    return any(not(thing.at("Principal").equals("*")), thing.at("Condition").exists());
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::Events::EventBusPolicy, Properties: { StatementId: s, Principal: "123456789012", Action: "events:PutEvents" } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::Events::EventBusPolicy, Properties: { StatementId: s, Principal: "*", Action: "events:PutEvents" } }`,
      },
      {
        cloudformation: `Thing: { Type: AWS::Events::EventBusPolicy, Properties: { StatementId: s, Statement: { Effect: Allow, Principal: "*", Action: "events:PutEvents", Resource: r } } }`,
      },
    ],
  },
};
