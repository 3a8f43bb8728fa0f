/** Reads a patient and fails, so that nothing of it be recorded. What it read it takes along in the error. */
import { defineFunction, on } from "@ward/sdk";

export default defineFunction({
  trigger: on.http("POST", "read-then-throw", {
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

  async handle({ body }, ctx) {
    const patient = await ctx.fhir.read("Patient", body.patient);
    const error = new Error(JSON.stringify(patient));
    error.name = patient.name?.[0]?.family ?? "";
    error.stack = `${error.stack}\n    at ${patient.birthDate} (${patient.identifier?.[0]?.value}.js:1:1)`;
    throw error;
  },
});
