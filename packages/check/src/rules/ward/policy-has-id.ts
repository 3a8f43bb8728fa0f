/** 45 CFR 164.312(b): a record says by which rule access was given. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const policyHasId: Rule = {
  id: "policy-has-id",
  title: "The policy has an id",
  why: "The log names the policy that decided. A number that shifts with every edit of the file says nothing a year later.",
  remedy: 'Put @id("…") above it.',
  snippet: `
@id("clinicians-read-for-treatment")`,
  severity: "low",
  topics: ["audit-logging"],
  types: ["Ward::Policy"],
  judge(policy: Resource) {
    return policy.at("id").isFilled();
  },
  samples: {
    good: [
      {
        ward: {
          "policies/p.cedar": `@id("p")
permit (principal in Ward::Role::"clinician", action == Ward::Action::"fhir.read", resource == Ward::ResourceType::"Patient") when { context.purpose == "TREAT" };`,
        },
      },
    ],
    bad: [{ ward: { "policies/p.cedar": `forbid (principal, action, resource) ;` } }],
  },
};
