/** 45 CFR 164.308(a)(5)(ii)(B): protection from malicious software. */
import type { Resource } from "../../graph/resource.ts";
import { all, any, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const firewallBlocksByDefault: Rule = {
  id: "firewall-blocks-by-default",
  title: "The firewall blocks what it was not told to allow",
  why: "With allow as the default a rule that is missing is a door that is open.",
  remedy: "Set DefaultAction to Block.",
  snippet: `
Thing: { Type: AWS::WAF::WebACL, Properties: { DefaultAction: { Type: BLOCK } } }`,
  severity: "low",
  topics: ["input-validation"],
  types: ["AWS::WAF::WebACL", "AWS::WAFv2::WebACL", "AWS::WAFRegional::WebACL"],
  judge(thing: Resource) {
    return any(
      all(thing.at("DefaultAction.Type").exists(), not(thing.at("DefaultAction.Type").equals("ALLOW"))),
      thing.at("DefaultAction.Block").exists(),
    );
  },
  samples: {
    good: [
      { cloudformation: `Thing: { Type: AWS::WAF::WebACL, Properties: { DefaultAction: { Type: BLOCK } } }` },
      { cloudformation: `Acl: { Type: AWS::WAFv2::WebACL, Properties: { DefaultAction: { Block: {} } } }` },
    ],
    bad: [
      { cloudformation: `Thing: { Type: AWS::WAF::WebACL, Properties: { DefaultAction: { Type: ALLOW } } }` },
      { cloudformation: `Acl: { Type: AWS::WAFv2::WebACL, Properties: { DefaultAction: { Allow: {} } } }` },
    ],
  },
};
