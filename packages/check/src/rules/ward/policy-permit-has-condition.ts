/** 45 CFR 164.502(b), 164.506(c): a use is permitted for a purpose. */
import type { Resource } from "../../graph/resource.ts";
import { saying } from "../../graph/truth.ts";
import { permit } from "./powers.ts";
import type { Rule } from "../rule.ts";

export const policyPermitHasCondition: Rule = {
  id: "policy-permit-has-condition",
  title: "A permit holds under a condition",
  why: "A permit without a condition holds at any hour and for any purpose, also for looking up a neighbour.",
  remedy: 'Add a condition on the purpose, as when { context.purpose == "TREAT" }.',
  snippet: `
when { context.purpose == "TREAT" };`,
  severity: "medium",
  topics: ["least-privilege"],
  types: ["Ward::Policy"],
  judge(policy: Resource) {
    return permit(policy, () => saying(policy.at("conditions").isFilled(), "it has no condition"));
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
permit (principal in Ward::Role::"clinician", action == Ward::Action::"fhir.read", resource == Ward::ResourceType::"Patient") unless { context.purpose == "HMARKT" };`,
        },
      },
    ],
    bad: [
      {
        ward: {
          "policies/p.cedar": `@id("p")
permit (principal in Ward::Role::"clinician", action == Ward::Action::"fhir.read", resource == Ward::ResourceType::"Patient") ;`,
        },
      },
    ],
  },
};
