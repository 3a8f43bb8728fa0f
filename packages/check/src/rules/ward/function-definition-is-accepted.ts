/** 45 CFR 164.312(a)(1): a power that is written wrongly is none. */
import { parseManifest } from "@ward/core";
import type { Resource } from "../../graph/resource.ts";
import { accepted } from "./accepted.ts";
import { OWN_FACTS } from "./laws.ts";
import type { Rule } from "../rule.ts";

export const functionDefinitionIsAccepted: Rule = {
  id: "function-definition-is-accepted",
  title: "The definition is one that a node takes",
  why: "A node refuses an app with a definition that it does not understand, so that a misspelt grant is never a silent nothing. That is better heard of before the night it is deployed.",
  remedy: "Correct the entry that is named.",
  snippet: `
grants: { fhir: ["Patient.search"] },`,
  severity: "high",
  topics: ["hygiene"],
  types: ["Ward::Function"],
  judge(fn: Resource) {
    return accepted(fn, (definition) => parseManifest(definition, fn.name), OWN_FACTS);
  },
  samples: {
    good: [
      {
        ward: {
          "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "TREAT", grants: { fhir: ["Patient.search"] } }`,
        },
      },
      {
        ward: {
          "functions/a.ts": `{ trigger: on.http("POST", "visits/:id", { roles: ["nurse"], body: { type: "object" } }), purpose: "TREAT" }`,
        },
      },
    ],
    bad: [
      { ward: { "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "TREAT", grant: { fhir: [] } }` } },
      {
        ward: {
          "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "TREAT", grants: { fhir: ["Patient.find"] } }`,
        },
      },
      { ward: { "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "TREAT", limits: { timeoutMs: "5s" } }` } },
      { ward: { "functions/a.ts": `{ trigger: on.schedule("every day"), purpose: "TREAT",  }` } },
      { ward: { "functions/LabResult.ts": `{ trigger: on.event("a.b"), purpose: "TREAT",  }` } },
    ],
    unknown: [
      {
        ward: {
          "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "TREAT", limits: { timeoutMs: Number(process.env.T) } }`,
        },
      },
    ],
  },
};
