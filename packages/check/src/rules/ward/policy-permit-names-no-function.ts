/** 45 CFR 164.312(a)(1): a function's powers stand in its definition. */
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import { permit } from "./powers.ts";
import type { Rule } from "../rule.ts";

export const policyPermitNamesNoFunction: Rule = {
  id: "policy-permit-names-no-function",
  title: "No permit is for a function",
  why: "What a function may do stands in one place, its definition, where it is reviewed and compared with its code. A node refuses a policy that adds to it.",
  remedy: "Add the grant to the function, or name a role.",
  snippet: `
grants: { fhir: ["Patient.search"] },`,
  severity: "medium",
  topics: ["least-privilege"],
  types: ["Ward::Policy"],
  judge(policy: Resource) {
    return permit(policy, () => policy.at("principal").every((one) => not(one.matches(/Ward::Function\b/))));
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
    bad: [
      {
        ward: {
          "policies/p.cedar": `@id("p")
permit (principal == Ward::Function::"lab-result", action == Ward::Action::"fhir.read", resource == Ward::ResourceType::"Patient") when { context.purpose == "TREAT" };`,
        },
      },
      {
        ward: {
          "policies/p.cedar": `@id("p")
permit (principal is Ward::Function, action == Ward::Action::"fhir.read", resource == Ward::ResourceType::"Patient") when { context.purpose == "TREAT" };`,
        },
      },
    ],
  },
};
