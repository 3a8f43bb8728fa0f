/** 45 CFR 164.514(b)(2): names, dates of birth and numbers identify a patient. */
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import { IDENTIFIER } from "./laws.ts";
import { http } from "./powers.ts";
import type { Rule } from "../rule.ts";

export const functionRouteHoldsNoIdentifier: Rule = {
  id: "function-route-holds-no-identifier",
  title: "The route has no place for what identifies a patient",
  why: "URLs are kept: by browsers, proxies, logs and monitoring. A name or a medical record number in one is PHI in all of those.",
  remedy: "Use the record's opaque id in the route, and take identifiers in the body.",
  snippet: `
trigger: on.http("POST", "patients/search", { roles: ["nurse"], body: SEARCH }),`,
  severity: "high",
  topics: ["egress-control", "data-classification"],
  types: ["Ward::Function"],
  judge(fn: Resource) {
    return http(fn, () => not(fn.at("trigger.route").matches(IDENTIFIER)));
  },
  samples: {
    good: [
      {
        ward: {
          "functions/a.ts": `{ trigger: on.http("GET", "patients/:id", { roles: ["nurse"] }), purpose: "TREAT" }`,
        },
      },
      {
        ward: {
          "functions/a.ts": `{ trigger: on.http("GET", "forms/:formId", { roles: ["nurse"] }), purpose: "TREAT" }`,
        },
      },
    ],
    bad: [
      {
        ward: {
          "functions/a.ts": `{ trigger: on.http("GET", "patients/:mrn", { roles: ["nurse"] }), purpose: "TREAT" }`,
        },
      },
      {
        ward: {
          "functions/a.ts": `{ trigger: on.http("GET", "patients/by-birth/:dateOfBirth", { roles: ["nurse"] }), purpose: "TREAT" }`,
        },
      },
      {
        ward: {
          "functions/a.ts": `{ trigger: on.http("GET", "find/:lastName", { roles: ["nurse"] }), purpose: "TREAT" }`,
        },
      },
    ],
  },
};
