/** 45 CFR 164.312(a)(1): access control. */
import type { Resource } from "../../graph/resource.ts";
import { any, not, saying } from "../../graph/truth.ts";
import { http } from "./powers.ts";
import type { Rule } from "../rule.ts";

export const functionPublicRouteReachesNoPhi: Rule = {
  id: "function-public-route-reaches-no-phi",
  title: "What everybody may call reaches no records and no secrets",
  why: "Anyone on the internet can call a public route. Whatever it can read or write for one caller, it can read or write for all.",
  remedy: "Name the roles that may call it, or take its FHIR, secret and egress grants away.",
  snippet: `
trigger: on.http("GET", "visits/:id", { roles: [clinician] })`,
  severity: "critical",
  topics: ["public-exposure", "authentication"],
  types: ["Ward::Function"],
  waivable: false,
  judge(fn: Resource) {
    return http(fn, () => {
      const isPublic = fn.at("trigger.roles").some((role) => role.equals("public"));
      const powers = any(
        fn.at("grants.fhir").isFilled(),
        fn.at("grants.secrets").isFilled(),
        fn.at("grants.egress").isFilled(),
      );
      return any(not(isPublic), saying(not(powers), "everybody may call it, and it has FHIR, secret or egress grants"));
    });
  },
  samples: {
    good: [
      { ward: { "functions/a.ts": `{ trigger: on.http("POST", "visits", { roles: ["public"] }), purpose: "TREAT" }` } },
      {
        ward: {
          "functions/a.ts": `{ trigger: on.http("GET", "a", { roles: ["nurse"] }), purpose: "TREAT", grants: { fhir: ["Patient.read"] } }`,
        },
      },
    ],
    bad: [
      {
        ward: {
          "functions/a.ts": `{ trigger: on.http("GET", "a", { roles: ["public"] }), purpose: "TREAT", grants: { fhir: ["Patient.read"] } }`,
        },
      },
      {
        ward: {
          "functions/a.ts": `{ trigger: on.http("GET", "a", { roles: ["nurse", "public"] }), purpose: "TREAT", grants: { secrets: ["pager"] } }`,
        },
      },
    ],
  },
};
