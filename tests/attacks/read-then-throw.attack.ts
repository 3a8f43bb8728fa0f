/** A function reads a patient and fails, so that its work is rolled back. The entry of the read is durable all the same. */
import assert from "node:assert/strict";
import { allowed, failed, type Attack } from "./attack.ts";

const SELF = "function:read-then-throw";

export const attack: Attack = {
  name: "a function reads PHI and throws it",
  stoppedAt: "the door, which records before it releases, and the wire, which carries no message of an error",
  async run(ward) {
    const { id, family, given, mrn } = ward.patient;
    const { status, text } = await ward.call("read-then-throw", { body: { patient: id } });
    assert.equal(status, 502);
    for (const value of [family, given, mrn, id]) assert.ok(!text.includes(value), "the answer says nothing of it");
    const read = (await ward.entriesFrom(ward.preparedEntries)).find(({ action }) => action === "fhir.read");
    assert.ok(read?.subject, "the entry names the patient by a pseudonym");
  },
  leaves: [allowed(SELF, "fhir.read"), failed(SELF, "function.invoke", "function-failed")],
};
