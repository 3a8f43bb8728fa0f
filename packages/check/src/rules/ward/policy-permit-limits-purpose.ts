/** 45 CFR 164.506(c), 164.508: treatment, payment and operations; anything else needs authorization. */
import type { Resource } from "../../graph/resource.ts";
import { any, not, saying } from "../../graph/truth.ts";
import { permit } from "./powers.ts";
import type { Rule } from "../rule.ts";

export const policyPermitLimitsPurpose: Rule = {
  id: "policy-permit-limits-purpose",
  title: "A permit for records says for which purpose",
  why: "The purpose is what separates a clinician at work from the same clinician being curious. A permit that does not ask for it permits both.",
  remedy: "Compare context.purpose in the condition.",
  snippet: `
when { ["TREAT", "ETREAT"].contains(context.purpose) };`,
  severity: "medium",
  topics: ["least-privilege", "audit-logging"],
  types: ["Ward::Policy"],
  judge(policy: Resource) {
    const conditions = policy.at("conditions");
    const reaches = any(
      not(policy.at("action").exists()),
      policy.at("action").some((one) => one.matches(/^Ward::Action::fhir\./)),
    );
    if (conditions.items().length === 0 || reaches.outcome === "fail") return "notApplicable";
    const limits = conditions.some((one) => one.at("text").matches(/\bcontext\s*(\.\s*purpose\b|\[\s*"purpose")/));
    return permit(policy, () => saying(limits, "no condition asks for context.purpose"));
  },
  samples: {
    good: [
      {
        ward: {
          "policies/p.cedar": `@id("p")
permit (principal in Ward::Role::"clinician", action == Ward::Action::"fhir.read", resource == Ward::ResourceType::"Patient") when { context.purpose == "TREAT" };`,
        },
      },
      {
        ward: {
          "policies/p.cedar": `@id("p")
permit (principal in Ward::Role::"clinician", action == Ward::Action::"fhir.read", resource == Ward::ResourceType::"Patient") when { ["TREAT", "ETREAT"].contains(context.purpose) };`,
        },
      },
    ],
    bad: [
      {
        ward: {
          "policies/p.cedar": `@id("p")
permit (principal in Ward::Role::"clinician", action == Ward::Action::"fhir.read", resource == Ward::ResourceType::"Patient") when { resource has labels };`,
        },
      },
    ],
  },
};
