/** `POST /fn/patients`: finds a patient by medical record number, or registers one, and says so to the other functions. */
import { defineFunction, on } from "@ward/sdk";

const MRN_SYSTEM = "urn:my-clinic:mrn";

export default defineFunction({
  trigger: on.http("POST", "patients", {
    roles: ["clinician"],
    body: {
      type: "object",
      properties: {
        mrn: { type: "string", minLength: 1, maxLength: 32 },
        family: { type: "string", minLength: 1, maxLength: 100 },
      },
      required: ["mrn", "family"],
      additionalProperties: false,
    },
  }),
  purpose: "TREAT",
  grants: { fhir: ["Patient.search", "Patient.create"], emits: ["patient.registered"] },

  async handle(request, ctx) {
    const { mrn, family } = request.body;
    const found = await ctx.fhir.search("Patient", { identifier: `${MRN_SYSTEM}|${mrn}` });
    const known = found.entry?.[0]?.resource;
    if (known) return { status: 200, body: { id: known.id } };
    const patient = await ctx.fhir.create({
      resourceType: "Patient",
      identifier: [{ system: MRN_SYSTEM, value: mrn }],
      name: [{ family }],
    });
    await ctx.emit("patient.registered", { subject: `Patient/${patient.id}`, resource: `Patient/${patient.id}` });
    return { status: 201, body: { id: patient.id } };
  },
});
