/** 45 CFR 164.308(a)(5)(ii)(B): protection from malicious software. */
import type { Property } from "../../graph/property.ts";
import type { Resource } from "../../graph/resource.ts";
import { all, not, type Truth } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const firewallStopsKnownBadInputs: Rule = {
  id: "firewall-stops-known-bad-inputs",
  title: "The firewall stops inputs that are known as attacks",
  why: "Lookups of Log4j and the like are tried on every public address within days of being known.",
  remedy: "Add the managed group AWSManagedRulesKnownBadInputsRuleSet and let it block.",
  snippet: `
Thing: { Type: AWS::WAFv2::WebACL, Properties: { Scope: REGIONAL, DefaultAction: { Allow: {} }, Rules: [{ Name: bad, Priority: 1, OverrideAction: { None: {} }, Statement: { ManagedRuleGroupStatement: { VendorName: AWS, Name: AWSManagedRulesKnownBadInputsRuleSet } } }] } }`,
  severity: "low",
  topics: ["input-validation", "malicious-software"],
  types: ["AWS::WAFv2::WebACL"],
  judge(thing: Resource) {
    return thing.at("Rules").some((one) => {
      const group = one.at("Statement.ManagedRuleGroupStatement");
      return all(
        group.at("Name").equals("AWSManagedRulesKnownBadInputsRuleSet"),
        not(one.at("OverrideAction.Count").exists()),
        // Terraform's name of such a block, so deep in a statement, stays as it is.
        ...["ExcludedRules", "ExcludedRule"].map((path) => group.at(path).every((rule) => not(isAboutLog4j(rule)))),
        ...["RuleActionOverrides", "RuleActionOverride"].map((path) =>
          group.at(path).every((rule) => not(all(isAboutLog4j(rule), rule.at("ActionToUse.Count").exists()))),
        ),
      );
    });
  },
  samples: {
    good: [
      {
        terraform: `
resource "aws_wafv2_web_acl" "edge" {
  name  = "edge"
  scope = "REGIONAL"
  default_action {
    allow {}
  }
  rule {
    name     = "known-bad-inputs"
    priority = 1
    override_action {
      none {}
    }
    statement {
      managed_rule_group_statement {
        name        = "AWSManagedRulesKnownBadInputsRuleSet"
        vendor_name = "AWS"
      }
    }
  }
}`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::WAFv2::WebACL, Properties: { Scope: REGIONAL, DefaultAction: { Allow: {} } } }`,
      },
      {
        cloudformation: `Thing: { Type: AWS::WAFv2::WebACL, Properties: { Scope: REGIONAL, DefaultAction: { Allow: {} }, Rules: [{ Name: bad, Priority: 1, OverrideAction: { Count: {} }, Statement: { ManagedRuleGroupStatement: { VendorName: AWS, Name: AWSManagedRulesKnownBadInputsRuleSet } } }] } }`,
      },
    ],
  },
};

function isAboutLog4j(rule: Property): Truth {
  return rule.at("Name").matches(/^Log4JRCE/i);
}
