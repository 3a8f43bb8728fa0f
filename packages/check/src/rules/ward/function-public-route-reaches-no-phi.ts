/** 45 CFR 164.312(a)(1): access control. */
import type { Resource } from "../../graph/resource.ts";
import { any, not, saying } from "../../graph/truth.ts";
import { http } from "./powers.ts";
import type { Rule } from "../rule.ts";

export const functionPublicRouteReachesNoPhi: Rule = {
  id: "function-public-route-reaches-no-phi",
  title: "What everybody may call reaches no records",
  why: "Anyone on the internet can call a public route. Whatever it can read or write for one caller, it can read or write for all.",
  remedy: "Name the roles that may call it, or take its FHIR grants away and let it emit an event.",
  snippet: `
trigger: on.http("GET", "visits/:id", { roles: ["clinician"] }),`,
  severity: "critical",
  topics: ["public-exposure", "authentication"],
  types: ["Ward::Function"],
  judge(fn: Resource) {
    return http(fn, () => {
      const isPublic = fn.at("trigger.roles").some((role) => role.equals("public"));
      const reaches = fn.at("grants.fhir").isFilled();
      return any(saying(not(reaches), "everybody may call it, and it has FHIR grants"), not(isPublic));
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
          "functions/a.ts": `{ trigger: on.http("GET", "a", { roles: ["nurse", "public"] }), purpose: "TREAT", grants: { fhir: ["Patient.create"] } }`,
        },
      },
    ],
  },
};
