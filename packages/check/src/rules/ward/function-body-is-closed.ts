/** 45 CFR 164.312(c)(1): what comes in is what it should be. */
import type { Resource } from "../../graph/resource.ts";
import { fail, pass } from "../../graph/truth.ts";
import { everySchema, withBody } from "./powers.ts";
import type { Rule } from "../rule.ts";

export const functionBodyIsClosed: Rule = {
  id: "function-body-is-closed",
  title: "The body takes no fields beside those named",
  why: "What a schema does not mention passes unseen, and a later change of the code may pick it up.",
  remedy: "Set additionalProperties to false on each object.",
  snippet: `
body: {
  type: "object",
  properties: { kind: { enum: ["first", "next"] } },
  additionalProperties: false,
},`,
  severity: "low",
  topics: ["input-validation"],
  types: ["Ward::Function"],
  judge(fn: Resource) {
    return withBody(fn, (body) =>
      body.isAbsent
        ? "notApplicable"
        : everySchema(body, (schema) =>
            schema.at("type").text() === "object" && schema.at("additionalProperties").isAbsent
              ? fail(`${schema.path} takes any other field`, schema.spot)
              : pass(),
          ),
    );
  },
  samples: {
    good: [
      {
        ward: {
          "functions/a.ts": `{ trigger: on.http("POST", "visits", { body: { type: "object", properties: { a: { type: "boolean" } }, additionalProperties: false } }), purpose: "TREAT" }`,
        },
      },
    ],
    bad: [
      {
        ward: {
          "functions/a.ts": `{ trigger: on.http("POST", "visits", { body: { type: "object", properties: { a: { type: "boolean" } } } }), purpose: "TREAT" }`,
        },
      },
      {
        ward: {
          "functions/a.ts": `{ trigger: on.http("POST", "visits", { body: { type: "object", additionalProperties: false, properties: { a: { type: "array", items: { type: "object" } } } } }), purpose: "TREAT" }`,
        },
      },
    ],
  },
};
