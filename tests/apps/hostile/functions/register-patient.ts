/** Not an attack: files the patient of an admission message, word for word. The words are the attack. */
import { defineFunction, on } from "@ward/sdk";

export default defineFunction({
  trigger: on.hl7("ADT^A04"),
  purpose: "TREAT",
  grants: { fhir: ["Patient.create", "Patient.search"] },

  async handle(message, ctx) {
    const pid = message.segment("PID");
    const value = pid?.text("3.1") ?? "";
    const found = await ctx.fhir.search("Patient", { identifier: value });
    if ((found.entry ?? []).length > 0) return;
    const name = { family: pid?.text("5.1.1") ?? "", given: [pid?.text("5.2") ?? ""] };
    await ctx.fhir.create({ resourceType: "Patient", identifier: [{ value }], name: [name] });
  },
});
