/** 45 CFR 164.308(a)(7): the service stays available. */
import type { Resource } from "../../graph/resource.ts";
import { fail, pass } from "../../graph/truth.ts";
import { LIST_BOUNDS, TEXT_BOUNDS } from "./laws.ts";
import { everySchema, withBody } from "./powers.ts";
import type { Rule } from "../rule.ts";

export const functionBodyIsBounded: Rule = {
  id: "function-body-is-bounded",
  title: "Texts and lists in the body have a largest size",
  why: "One request with a text of a hundred megabytes or a list of a million entries occupies the function, its memory and the log.",
  remedy: "Give each string maxLength (or enum, const, format, pattern) and each array maxItems.",
  snippet: `
mrn: { type: "string", maxLength: 32 },`,
  severity: "low",
  topics: ["input-validation", "resilience"],
  types: ["Ward::Function"],
  judge(fn: Resource) {
    return withBody(fn, (body) =>
      body.isAbsent
        ? "notApplicable"
        : everySchema(body, (schema) => {
            const type = schema.at("type").text();
            const bounds = type === "string" ? TEXT_BOUNDS : type === "array" ? LIST_BOUNDS : undefined;
            if (bounds === undefined || bounds.some((bound) => !schema.at(bound).isAbsent)) return pass();
            return fail(`${schema.path} has no ${bounds[0] ?? ""}`, schema.spot);
          }),
    );
  },
  samples: {
    good: [
      {
        ward: {
          "functions/a.ts": `{ trigger: on.http("POST", "visits", { body: { type: "object", properties: { a: { type: "string", maxLength: 9 }, b: { type: "array", maxItems: 3, items: { enum: ["x"] } } } } }), purpose: "TREAT" }`,
        },
      },
    ],
    bad: [
      {
        ward: {
          "functions/a.ts": `{ trigger: on.http("POST", "visits", { body: { type: "object", properties: { a: { type: "string" } } } }), purpose: "TREAT" }`,
        },
      },
      {
        ward: {
          "functions/a.ts": `{ trigger: on.http("POST", "visits", { body: { type: "array", items: { type: "boolean" } } }), purpose: "TREAT" }`,
        },
      },
    ],
  },
};
