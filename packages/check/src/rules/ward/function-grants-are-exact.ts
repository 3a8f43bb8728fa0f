/** 45 CFR 164.502(b): the minimum necessary. */
import type { Resource } from "../../graph/resource.ts";
import { all, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const functionGrantsAreExact: Rule = {
  id: "function-grants-are-exact",
  title: "Each grant names one record type and one interaction",
  why: "A grant for everything makes any mistake in the function a disclosure of everything.",
  remedy: "List each type and interaction that the function needs.",
  snippet: `
grants: { fhir: ["Patient.search", "Observation.create"] },`,
  severity: "high",
  topics: ["least-privilege"],
  types: ["Ward::Function"],
  judge(fn: Resource) {
    const granted = ["fhir", "emits", "secrets"].map((kind) => fn.at(`grants.${kind}`));
    if (granted.every(({ isAbsent }) => isAbsent)) return "notApplicable";
    return all(...granted.map((list) => list.every((grant) => not(grant.matches(/\*/)))));
  },
  samples: {
    good: [
      {
        ward: {
          "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "TREAT", grants: { fhir: ["Patient.search"], secrets: ["pager"] } }`,
        },
      },
    ],
    bad: [
      { ward: { "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "TREAT", grants: { fhir: ["*.read"] } }` } },
      { ward: { "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "TREAT", grants: { fhir: ["Patient.*"] } }` } },
      { ward: { "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "TREAT", grants: { secrets: ["*"] } }` } },
    ],
    unknown: [
      {
        ward: {
          "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "TREAT", grants: { fhir: (process.env.GRANTS ?? "").split(",") } }`,
        },
      },
    ],
  },
};
