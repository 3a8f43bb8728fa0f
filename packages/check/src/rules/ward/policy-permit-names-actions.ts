/** 45 CFR 164.502(b): the minimum necessary. */
import type { Resource } from "../../graph/resource.ts";
import { saying } from "../../graph/truth.ts";
import { permit } from "./powers.ts";
import type { Rule } from "../rule.ts";

export const policyPermitNamesActions: Rule = {
  id: "policy-permit-names-actions",
  title: "A permit names the actions that it is for",
  why: "Whoever may do anything to a record may also delete it, and export all of them.",
  remedy: "List the actions: fhir.read, fhir.search and so on.",
  snippet: `
action in [Ward::Action::"fhir.read", Ward::Action::"fhir.search"],`,
  severity: "high",
  topics: ["least-privilege"],
  types: ["Ward::Policy"],
  judge(policy: Resource) {
    return permit(policy, () => saying(policy.at("action").exists(), "action is any action"));
  },
  samples: {
    good: [
      {
        ward: {
          "policies/p.cedar": `@id("p")
permit (principal in Ward::Role::"clinician", action in [Ward::Action::"fhir.read", Ward::Action::"fhir.search"], resource == Ward::ResourceType::"Patient") when { context.purpose == "TREAT" };`,
        },
      },
    ],
    bad: [
      {
        ward: {
          "policies/p.cedar": `@id("p")
permit (principal in Ward::Role::"clinician", action, resource == Ward::ResourceType::"Patient") when { context.purpose == "TREAT" };`,
        },
      },
    ],
  },
};
