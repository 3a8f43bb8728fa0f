/** 45 CFR 164.308(a)(4): access is authorized for persons or roles. */
import type { Resource } from "../../graph/resource.ts";
import { saying } from "../../graph/truth.ts";
import { permit } from "./powers.ts";
import type { Rule } from "../rule.ts";

export const policyPermitNamesPrincipals: Rule = {
  id: "policy-permit-names-principals",
  title: "A permit names whom it is for",
  why: "A permit without a principal is for everybody who can log in, and for every program.",
  remedy: "Name the role, the person or the service.",
  snippet: `
permit (
  principal in Ward::Role::"clinician",
  action == Ward::Action::"fhir.read",
  resource == Ward::ResourceType::"Observation"
)
when { context.purpose == "TREAT" };`,
  severity: "critical",
  topics: ["least-privilege", "public-exposure"],
  types: ["Ward::Policy"],
  waivable: false,
  judge(policy: Resource) {
    return permit(policy, () => saying(policy.at("principal").exists(), "principal is anybody"));
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
permit (principal == Ward::Person::"dana", action == Ward::Action::"fhir.read", resource == Ward::ResourceType::"Patient") when { context.purpose == "TREAT" };`,
        },
      },
    ],
    bad: [
      {
        ward: {
          "policies/p.cedar": `@id("p")
permit (principal, action == Ward::Action::"fhir.read", resource == Ward::ResourceType::"Patient") when { context.purpose == "TREAT" };`,
        },
      },
    ],
  },
};
