/** A function that may read nothing says that it is one which may: in headers and in the call itself. */
import assert from "node:assert/strict";
import { allowed, assertAllRefused, denied, type Attack } from "./attack.ts";

const SELF = "function:forge-identity";

export const attack: Attack = {
  name: "a function forges another function's identity",
  stoppedAt: "its socket, which is its identity",
  async run(ward) {
    const { status, json } = await ward.call("forge-identity", { body: { patient: ward.patient.id } });
    assert.equal(status, 200);
    assertAllRefused(json);
  },
  leaves: [denied(SELF, "identity.forge", "access-denied", { times: 7 }), allowed(SELF, "function.invoke")],
};
