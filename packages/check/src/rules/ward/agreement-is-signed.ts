/** 45 CFR 164.308(b)(3), 164.504(e): the assurance is in writing. */
import type { Graph } from "../../graph/graph.ts";
import type { Resource } from "../../graph/resource.ts";
import { all } from "../../graph/truth.ts";
import { relied } from "./powers.ts";
import type { Rule } from "../rule.ts";

export const agreementIsSigned: Rule = {
  id: "agreement-is-signed",
  title: "An agreement that a grant relies on is signed",
  why: "A draft obliges nobody. Until it is signed each message to that host is a disclosure without an agreement.",
  remedy: "Have it signed and set status and signedOn, or let the grant carry none.",
  snippet: `
status: signed
signedOn: 2026-01-02`,
  severity: "high",
  topics: ["eligible-service"],
  types: ["Ward::Agreement"],
  judge(agreement: Resource, graph: Graph) {
    return relied(agreement, graph, () =>
      all(agreement.at("status").equals("signed", "active", "in force"), agreement.at("signedOn").isFilled()),
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
      {
        ward: {
          "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "TREAT",  }`,
          "compliance/baas/pager.yaml": `name: Pager
status: draft
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
status: draft
covers: [phi]
signedOn: 2026-01-02
expiresOn: 2027-01-02
`,
        },
      },
      {
        ward: {
          "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "TREAT", grants: { egress: [{ host: "pager.example.org", baa: "pager", carries: "phi" }] } }`,
          "compliance/baas/pager.yaml": `name: Pager
status: signed
covers: [phi]
signedOn: null
expiresOn: 2027-01-02
`,
        },
      },
    ],
  },
};
