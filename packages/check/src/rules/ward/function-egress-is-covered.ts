/** 45 CFR 164.308(b)(1), 164.502(e): who gets PHI has signed an agreement. */
import type { Graph } from "../../graph/graph.ts";
import type { Resource } from "../../graph/resource.ts";
import { all, any, not, saying } from "../../graph/truth.ts";
import { covers, egress } from "./powers.ts";
import type { Rule } from "../rule.ts";

export const functionEgressIsCovered: Rule = {
  id: "function-egress-is-covered",
  title: "What may leave is covered by an agreement",
  why: "A host that receives PHI without a business associate agreement makes each message a disclosure to be reported.",
  remedy:
    "Name the agreement in compliance/baas/ that covers the class of data which the grant carries, or let it carry none.",
  snippet: `
grants: { egress: [{ host: "pager.example.org", baa: "pager", carries: "phi" }] },`,
  severity: "high",
  topics: ["egress-control", "eligible-service"],
  types: ["Ward::Function"],
  judge(fn: Resource, graph: Graph) {
    return egress(fn, (grant) => {
      const [baa, carries] = [grant.at("baa"), grant.at("carries")];
      const isNamed = all(baa.isFilled(), not(baa.equals("none")));
      const what = carries.text() ?? "what is not known";
      const isSaid = saying(isNamed, `the host may get "${what}" and no agreement is named`);
      return any(all(isSaid, covers(baa, carries, graph)), all(carries.equals("none"), not(isNamed)));
    });
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
          "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "TREAT", grants: { egress: [{ host: "pager.example.org", baa: "none", carries: "none" }] } }`,
        },
      },
    ],
    bad: [
      {
        ward: {
          "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "TREAT", grants: { egress: [{ host: "pager.example.org", baa: "none", carries: "phi" }] } }`,
        },
      },
      {
        ward: {
          "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "TREAT", grants: { egress: [{ host: "pager.example.org", baa: "pager", carries: "phi" }] } }`,
        },
      },
      {
        ward: {
          "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "TREAT", grants: { egress: [{ host: "pager.example.org", baa: "pager", carries: "phi" }] } }`,
          "compliance/baas/pager.yaml": `name: Pager
status: signed
covers: [deidentified]
signedOn: 2026-01-02
expiresOn: 2027-01-02
`,
        },
      },
      {
        ward: {
          "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "TREAT", grants: { egress: [{ host: "pager.example.org", carries: "deidentified" }] } }`,
        },
      },
    ],
  },
};
