/**
 * A function that may read patients and may send texts without PHI sends what it read, in two dozen disguises. Each is
 * refused before a byte leaves, and recorded; so is the screen's own reading of the patient, but for the three that it
 * cannot read and refuses unread.
 */
import assert from "node:assert/strict";
import { allowed, assertAllRefused, denied, type Attack } from "./attack.ts";

const SELF = "function:leak-phi";

export const attack: Attack = {
  name: "a function sends PHI to a host that may carry none",
  stoppedAt: "the screen of the egress proxy",
  async run(ward) {
    const sent = ward.notifications.length;
    const { status, json } = await ward.call("leak-phi", { body: { patient: ward.patient.id } });
    assert.equal(status, 200);
    assertAllRefused(json);
    assert.equal(ward.notifications.length, sent, "nothing reached the sink");
  },
  leaves: [
    allowed(SELF, "fhir.read"),
    denied(SELF, "egress.send", "phi-detected", { host: "localhost:8090", times: 21 }),
    denied(SELF, "egress.send", "host-not-granted", { host: "ungranted" }),
    allowed("service:egress-proxy", "screen.disclosure", 18),
    allowed(SELF, "function.invoke"),
  ],
};
