/** 45 CFR 164.312(c)(1): integrity. Records have years to be kept. */
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import { hasRecords, where } from "./powers.ts";
import type { Rule } from "../rule.ts";

export const functionDeletesNoRecords: Rule = {
  id: "function-deletes-no-records",
  title: "The function deletes no records",
  why: "A record that is deleted is missing from the next treatment. Most of what looks like a deletion is a status: entered-in-error, cancelled, inactive.",
  remedy: "Grant update and set the status. Where the law asks for erasure, erase the patient's key instead.",
  snippet: `
grants: { fhir: ["Observation.update"] },`,
  severity: "low",
  topics: ["deletion-protection", "integrity"],
  types: ["Ward::Function"],
  judge(fn: Resource) {
    return where(hasRecords(fn), () => fn.at("grants.fhir").every((grant) => not(grant.matches(/\.delete$/))));
  },
  samples: {
    good: [
      {
        ward: {
          "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "TREAT", grants: { fhir: ["Observation.update"] } }`,
        },
      },
    ],
    bad: [
      {
        ward: {
          "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "TREAT", grants: { fhir: ["Observation.delete"] } }`,
        },
      },
    ],
  },
};
