/**
 * A function acts after its invocation ended: by timers and `waitUntil` that it left behind, and with the old id in a
 * later invocation. What the engine cancels with the invocation leaves nothing; what comes through finds a dead id.
 */
import assert from "node:assert/strict";
import { allowed, assertAllRefused, denied, type Attack } from "./attack.ts";

const SELF = "function:outlive-invocation";

export const attack: Attack = {
  name: "a function acts after its invocation has ended",
  stoppedAt: "the out-socket: the id is dead",
  async run(ward) {
    const body = { patient: ward.patient.id };
    assert.deepEqual((await ward.call("outlive-invocation", { body })).json, { first: true });
    await new Promise((wake) => setTimeout(wake, 600));
    const { status, json } = await ward.call("outlive-invocation", { body });
    assert.equal(status, 200);
    const { late, ...outcomes } = json as { readonly late: readonly string[] };
    assertAllRefused(outcomes);
    assert.deepEqual([...new Set(late)], ["403 refused"]);
  },
  leaves: [
    denied(SELF, "door.call", "no-invocation", { times: 2 }),
    denied(SELF, "egress.send", "no-invocation", { host: "ungranted" }),
    allowed(SELF, "function.invoke", 2),
  ],
};
