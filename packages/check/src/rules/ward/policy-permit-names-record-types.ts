/** 45 CFR 164.502(b): the minimum necessary. */
import type { Resource } from "../../graph/resource.ts";
import { any, saying } from "../../graph/truth.ts";
import { permit } from "./powers.ts";
import type { Rule } from "../rule.ts";

export const policyPermitNamesRecordTypes: Rule = {
  id: "policy-permit-names-record-types",
  title: "A permit names the record types that it is for",
  why: "A permit for every resource covers types that nobody thought of when it was written, and those that are added later.",
  remedy: "Name the types in the head or in the condition.",
  snippet: `
resource == Ward::ResourceType::"Observation"`,
  severity: "low",
  topics: ["least-privilege"],
  types: ["Ward::Policy"],
  judge(policy: Resource) {
    const named = policy.at("resource").exists();
    const inCondition = policy
      .at("conditions")
      .some((one) =>
        one.at("text").matches(/\bresource\s*(==|in\b|is\b)|\[[^\]]*\]\s*\.\s*contains\s*\(\s*resource\b/),
      );
    return permit(policy, () => saying(any(named, inCondition), "resource is any resource"));
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
permit (principal in Ward::Role::"clinician", action == Ward::Action::"fhir.read", resource) when { resource in [Ward::ResourceType::"Patient"] };`,
        },
      },
    ],
    bad: [
      {
        ward: {
          "policies/p.cedar": `@id("p")
permit (principal in Ward::Role::"clinician", action == Ward::Action::"fhir.read", resource) when { context.purpose == "TREAT" };`,
        },
      },
    ],
  },
};
