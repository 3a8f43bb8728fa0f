/** A function that reads for treatment asks to read for marketing, and in an emergency that there is not. */
import assert from "node:assert/strict";
import { allowed, assertAllRefused, denied, type Attack } from "./attack.ts";

const SELF = "function:another-purpose";

export const attack: Attack = {
  name: "a function asks for another purpose",
  stoppedAt: "its socket: the purpose is its definition's",
  async run(ward) {
    const { status, json } = await ward.call("another-purpose", { body: { patient: ward.patient.id } });
    assert.equal(status, 200);
    assertAllRefused(json);
  },
  leaves: [denied(SELF, "identity.forge", "purpose-not-granted", { times: 3 }), allowed(SELF, "function.invoke")],
};
