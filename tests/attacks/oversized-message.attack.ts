/** A sender of HL7 messages sends 10 MB: more than the listener holds for anybody. */
import assert from "node:assert/strict";
import { denied, type Attack } from "./attack.ts";

const HEADER = "MSH|^~\\&|LAB|ATTACKER|WARD|HOSPITAL|20250110||ADT^A04|too-large-1|P|2.5.1\r";

export const attack: Attack = {
  name: "a sender sends a message of 10 MB",
  stoppedAt: "the MLLP listener, which stops reading",
  async run(ward) {
    const kept = (await ward.node.state.events.list()).length;
    const [ack] = await ward.send([`${HEADER}PID|1||1||${"A".repeat(10 * 1024 * 1024)}^B\r`]);
    assert.equal(ack?.code, "AR");
    assert.equal((await ward.node.state.events.list()).length, kept, "nothing of it is kept");
  },
  leaves: [denied("service:mllp", "hl7.receive", "invalid-request")],
};
