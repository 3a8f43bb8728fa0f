/** 45 CFR 164.508(a)(3), 164.512(i): marketing and research need more than a function. */
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import { hasRecords, where } from "./powers.ts";
import type { Rule } from "../rule.ts";

export const functionPurposeNeedsNoAuthorization: Rule = {
  id: "function-purpose-needs-no-authorization",
  title: "The function does not use records for marketing or research",
  why: "Marketing and research with a patient's records need that patient's authorization or a board's waiver, which no function can see.",
  remedy:
    "Take the FHIR grants away, or work on de-identified data. Where authorizations are recorded and checked, waive this with the place where.",
  snippet: `
purpose: "HOPERAT",`,
  severity: "medium",
  topics: ["least-privilege"],
  types: ["Ward::Function"],
  judge(fn: Resource) {
    return where(hasRecords(fn), () => not(fn.at("purpose").equals("HMARKT", "HRESCH")));
  },
  samples: {
    good: [
      {
        ward: {
          "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "TREAT", grants: { fhir: ["Patient.read"] } }`,
        },
      },
    ],
    bad: [
      {
        ward: {
          "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "HMARKT", grants: { fhir: ["Patient.search"] } }`,
        },
      },
      {
        ward: {
          "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "HRESCH", grants: { fhir: ["Observation.search"] } }`,
        },
      },
    ],
  },
};
