/** 45 CFR 164.312(c)(1): what comes in is what it should be. */
import type { Resource } from "../../graph/resource.ts";
import { withBody } from "./powers.ts";
import type { Rule } from "../rule.ts";

export const functionRouteChecksBody: Rule = {
  id: "function-route-checks-body",
  title: "The route checks the body that it takes",
  why: "A body that nobody checked reaches the code that files records: a number where a text was meant, a field that should not be there, or an attack.",
  remedy: "Give the trigger a JSON Schema; the gateway refuses what does not fit before the function starts.",
  snippet: `
body: {
  type: "object",
  required: ["mrn"],
  properties: { mrn: { type: "string", maxLength: 32 } },
  additionalProperties: false,
},`,
  severity: "medium",
  topics: ["input-validation"],
  types: ["Ward::Function"],
  judge(fn: Resource) {
    return withBody(fn, (body) => body.isFilled());
  },
  samples: {
    good: [
      {
        ward: {
          "functions/a.ts": `{ trigger: on.http("POST", "visits", { roles: ["nurse"], body: { type: "object", additionalProperties: false } }), purpose: "TREAT" }`,
        },
      },
    ],
    bad: [
      { ward: { "functions/a.ts": `{ trigger: on.http("POST", "visits", { roles: ["nurse"] }), purpose: "TREAT" }` } },
      {
        ward: {
          "functions/a.ts": `{ trigger: on.http("PUT", "visits", { roles: ["nurse"], body: {} }), purpose: "TREAT" }`,
        },
      },
    ],
  },
};
