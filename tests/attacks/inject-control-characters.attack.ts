/**
 * A sender puts terminal codes into a patient's name, for whoever reads it on a screen. FHIR strings hold no control
 * characters (R4, datatypes, string), so the record is refused; the message is kept in quarantine, encrypted, and no
 * line that an operator sees holds a byte of it.
 */
import assert from "node:assert/strict";
import { allowed, failed, type Attack } from "./attack.ts";

const CODES = "\u001b[2J\u001b]0;owned\u0007";
const SELF = "function:register-patient";

export const attack: Attack = {
  name: "a sender writes terminal codes into a patient's name",
  stoppedAt: "the validation of records",
  async run(ward) {
    const header = "MSH|^~\\&|LAB|ATTACKER|WARD|HOSPITAL|20250110||ADT^A04|controls-1|P|2.5.1";
    const kept = (await ward.node.state.events.list()).length;
    const [ack] = await ward.send([`${header}\rPID|1||controls-1||${CODES}^Mallory\r`]);
    assert.equal(ack?.code, "AE");
    const waiting = await ward.node.state.events.list();
    assert.equal(waiting.length, kept + 1, "it is in quarantine");
    const said = JSON.stringify([ward.events, waiting, ack.raw]);
    assert.ok(!said.includes("owned") && !said.includes("\\u001b"), "nobody is told the codes");
  },
  leaves: [
    allowed(SELF, "fhir.search"),
    failed(SELF, "fhir.create", "invalid-resource"),
    failed(SELF, "function.invoke", "invalid-resource"),
    failed("service:mllp", "hl7.receive", "invalid-resource"),
    { ...allowed("service:mllp", "hl7.quarantine"), reason: "invalid-resource" },
  ],
};
