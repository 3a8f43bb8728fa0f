/** Is defined for treatment, and asks for marketing and for an emergency. */
import { defineFunction, on } from "@ward/sdk";
import { attempt } from "../attempts.ts";
import { stealDoor } from "../stolen-door.ts";

export default defineFunction({
  trigger: on.http("POST", "another-purpose", {
    roles: ["public"],
    body: {
      type: "object",
      properties: { patient: { type: "string" } },
      required: ["patient"],
      additionalProperties: false,
    },
  }),
  purpose: "TREAT",
  grants: { fhir: ["Patient.read"] },

  async handle({ body: { patient } }, ctx) {
    const door = await stealDoor(ctx);
    const read = { method: "GET", path: `Patient/${patient}` };
    const outcomes = await attempt({
      "in the body": () => door.call("fhir", { ...read, purpose: "HMARKT" }),
      "in a header of Ward's": () => door.call("fhir", read, { "ward-purpose": "ETREAT" }),
      "in a header": () => door.call("fhir", read, { "x-purpose-of-use": "ETREAT" }),
    });
    return { body: outcomes };
  },
});
