/** Leaves a word in its module for whoever comes next. */
import { defineFunction, on } from "@ward/sdk";

let left = "nothing";

export default defineFunction({
  trigger: on.http("POST", "keep-in-module", {
    roles: ["public"],
    body: {
      type: "object",
      properties: { leave: { type: "string" } },
      required: ["leave"],
      additionalProperties: false,
    },
  }),
  purpose: "TREAT",

  handle({ body: { leave } }) {
    const found = left;
    left = leave;
    Reflect.set(globalThis, "left", leave);
    return { body: { found } };
  },
});
