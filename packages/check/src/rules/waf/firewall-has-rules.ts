/** 45 CFR 164.308(a)(5)(ii)(B): protection from malicious software. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const firewallHasRules: Rule = {
  id: "firewall-has-rules",
  title: "The firewall has rules",
  why: "A firewall without rules lets everything through and looks as if it guarded.",
  remedy: "Add managed rule groups to Rules.",
  snippet: `
Thing: { Type: AWS::WAFv2::WebACL, Properties: { DefaultAction: { Allow: {} }, Rules: [{ Name: common, Priority: 1 }] } }`,
  severity: "medium",
  topics: ["input-validation", "malicious-software"],
  types: ["AWS::WAFv2::WebACL"],
  judge(thing: Resource) {
    return thing.at("Rules").isFilled();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::WAFv2::WebACL, Properties: { DefaultAction: { Allow: {} }, Rules: [{ Name: common, Priority: 1 }] } }`,
      },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::WAFv2::WebACL, Properties: { DefaultAction: { Allow: {} } } }` }],
  },
};
