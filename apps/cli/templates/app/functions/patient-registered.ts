/**
 * Runs after a patient was registered. It has no FHIR grant: it sees an opaque token of the patient and a link, never
 * the record. Grant it an `egress` to send a message somewhere.
 */
import { defineFunction, on } from "@ward/sdk";

export default defineFunction({
  trigger: on.event("patient.registered"),
  purpose: "TREAT",

  handle(event, ctx) {
    ctx.log("patient-registered", { hasSubject: event.subject !== undefined });
  },
});
