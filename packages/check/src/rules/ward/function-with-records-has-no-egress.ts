/** 45 CFR 164.312(a)(1): who can read records cannot send them out as well. */
import type { Resource } from "../../graph/resource.ts";
import { saying } from "../../graph/truth.ts";
import { egress, hasRecords, where } from "./powers.ts";
import type { Rule } from "../rule.ts";

export const functionWithRecordsHasNoEgress: Rule = {
  id: "function-with-records-has-no-egress",
  title: "A function that reaches records sends nothing outside",
  why: "One mistake in a function that has both, and a record leaves in a text, a header or a URL. What must tell somebody can hear an event instead, which names a token and a link.",
  remedy:
    "Emit an event, and give the egress to another function that hears it and has no FHIR grant. Where the host is to have PHI, let the grant carry it, under an agreement.",
  snippet: `
grants: { fhir: ["Patient.read"], emits: ["visit.booked"] },`,
  severity: "medium",
  topics: ["egress-control", "separation"],
  types: ["Ward::Function"],
  judge(fn: Resource) {
    return where(hasRecords(fn), () =>
      egress(fn, (grant) =>
        saying(
          grant.at("carries").equals("phi"),
          `it has FHIR grants and may send to ${grant.at("host").text() ?? "a host"}, which must not get PHI`,
        ),
      ),
    );
  },
  samples: {
    good: [
      {
        ward: {
          "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "TREAT", grants: { fhir: ["Patient.read"], egress: [{ host: "registry.example.org", baa: "registry", carries: "phi" }] } }`,
        },
      },
      {
        ward: {
          "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "TREAT", grants: { fhir: ["Patient.read"], emits: ["a.c"] } }`,
        },
      },
      {
        ward: {
          "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "TREAT", grants: { egress: [{ host: "pager.example.org", baa: "none", carries: "none" }] } }`,
        },
      },
    ],
    bad: [
      {
        ward: {
          "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "TREAT", grants: { fhir: ["Patient.read"], egress: [{ host: "pager.example.org", baa: "none", carries: "none" }] } }`,
        },
      },
    ],
  },
};
