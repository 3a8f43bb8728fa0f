/** 45 CFR 164.314(a): agreements are kept up. */
import type { Graph } from "../../graph/graph.ts";
import type { Resource } from "../../graph/resource.ts";
import { any } from "../../graph/truth.ts";
import { relied } from "./powers.ts";
import type { Rule } from "../rule.ts";

export const agreementEndsOnADay: Rule = {
  id: "agreement-ends-on-a-day",
  title: "An agreement that a grant relies on says until when it holds",
  why: "An agreement without a last day is never looked at again, also when the vendor has changed hands.",
  remedy: "Set expiresOn, or the day on which it is reviewed.",
  snippet: `
expiresOn: 2027-01-02`,
  severity: "low",
  topics: ["eligible-service"],
  types: ["Ward::Agreement"],
  judge(agreement: Resource, graph: Graph) {
    return relied(agreement, graph, () =>
      any(agreement.at("expiresOn").isFilled(), agreement.at("reviewOn").isFilled()),
    );
  },
  samples: {
    good: [
      {
        ward: {
          "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "TREAT", grants: { egress: [{ host: "pager.example.org", baa: "pager", carries: "phi" }] } }`,
          "compliance/baas/pager.yaml": `name: Pager
status: signed
covers: [phi]
signedOn: 2026-01-02
expiresOn: 2027-01-02
`,
        },
      },
    ],
    bad: [
      {
        ward: {
          "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "TREAT", grants: { egress: [{ host: "pager.example.org", baa: "pager", carries: "phi" }] } }`,
          "compliance/baas/pager.yaml": `name: Pager
status: signed
covers: [phi]
signedOn: 2026-01-02
expiresOn: null
`,
        },
      },
    ],
  },
};
