/** Is granted nothing, and uses the invocation of a function that is granted patients. */
import { defineFunction, on } from "@ward/sdk";
import { attempt } from "../attempts.ts";
import { stealDoor } from "../stolen-door.ts";

export default defineFunction({
  trigger: on.http("POST", "use-anothers-invocation", {
    roles: ["public"],
    body: {
      type: "object",
      properties: { patient: { type: "string" }, invocation: { type: "string" } },
      required: ["patient", "invocation"],
      additionalProperties: false,
    },
  }),
  purpose: "TREAT",
  grants: { emits: ["harmless.thing"] },

  async handle({ body: { patient, invocation } }, ctx) {
    const door = await stealDoor(ctx);
    const read = { method: "GET", path: `Patient/${patient}` };
    const outcomes = await attempt({
      "its records": () => door.call("fhir", read, { "ward-invocation": invocation }),
      "a guess": () => door.call("fhir", read, { "ward-invocation": "00000000-0000-4000-8000-000000000000" }),
      "both at once": () => door.call("fhir", read, { "ward-invocation": `${door.invocation}, ${invocation}` }),
    });
    return { body: outcomes };
  },
});
