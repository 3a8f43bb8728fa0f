/** 45 CFR 164.312(d): who calls is known. */
import type { Resource } from "../../graph/resource.ts";
import { http } from "./powers.ts";
import type { Rule } from "../rule.ts";

export const functionRouteNamesCallers: Rule = {
  id: "function-route-names-callers",
  title: "The route says who may call it",
  why: "A route without roles is open to nobody; that is noticed by the first patient who needs it, and then opened in a hurry.",
  remedy: "List the roles that may call, or say public where nothing about patients can be reached.",
  snippet: `
trigger: on.http("GET", "visits/:id", { roles: ["nurse"] }),`,
  severity: "medium",
  topics: ["authentication"],
  types: ["Ward::Function"],
  judge(fn: Resource) {
    return http(fn, () => fn.at("trigger.roles").isFilled());
  },
  samples: {
    good: [
      { ward: { "functions/a.ts": `{ trigger: on.http("GET", "visits", { roles: ["nurse"] }), purpose: "TREAT" }` } },
      { ward: { "functions/a.ts": `{ trigger: on.http("GET", "visits", { roles: ["public"] }), purpose: "TREAT" }` } },
    ],
    bad: [
      { ward: { "functions/a.ts": `{ trigger: on.http("GET", "visits"), purpose: "TREAT" }` } },
      { ward: { "functions/a.ts": `{ trigger: on.http("GET", "visits", { roles: [] }), purpose: "TREAT" }` } },
    ],
    unknown: [
      {
        ward: {
          "functions/a.ts": `{ trigger: on.http("GET", "visits", { roles: process.env.OPEN === "1" ? [] : ["nurse"] }), purpose: "TREAT" }`,
        },
      },
    ],
  },
};
