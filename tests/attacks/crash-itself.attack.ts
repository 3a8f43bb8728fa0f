/** A function reads a patient and then breaks its own process, or the node's patience, before the invocation ends. */
import assert from "node:assert/strict";
import { allowed, failed, type Attack } from "./attack.ts";

const SELF = "function:crash-itself";

export const attack: Attack = {
  name: "a function reads PHI and crashes",
  stoppedAt: "the door, which records before it releases; the crash ends its own process only",
  async run(ward) {
    const { id, family, given } = ward.patient;
    for (const way of ["flood", "abort"]) {
      const { status, text } = await ward.call("crash-itself", { body: { patient: id, way } });
      assert.ok(status >= 500, way);
      assert.ok(!text.includes(family) && !text.includes(given), way);
    }
  },
  leaves: [
    // A process that dies may have died for a neighbour's sake: the invocation gets a second process, and no third.
    allowed(SELF, "fhir.read", 3),
    failed(SELF, "function.invoke", "function-failed"),
    failed(SELF, "function.invoke", "function-unavailable"),
    failed(SELF, "function.stop", "function-failed"),
    failed(SELF, "function.stop", "function-failed"),
  ],
};
