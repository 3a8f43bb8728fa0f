/** A function that is granted one secret reads another, which exists. */
import assert from "node:assert/strict";
import { allowed, assertAllRefused, denied, type Attack } from "./attack.ts";

const SELF = "function:ungranted-secret";
const VALUE = "vendor-key-value-7351";

export const attack: Attack = {
  name: "a function reads a secret that it was not granted",
  stoppedAt: "the door, where Cedar denies by default",
  async run(ward) {
    await ward.prepare(() => ward.node.state.putSecret("vendor-key", VALUE));
    const { status, json, text } = await ward.call("ungranted-secret");
    assert.equal(status, 200);
    assertAllRefused(json);
    assert.ok(!text.includes(VALUE));
  },
  leaves: [denied(SELF, "secret.read", "access-denied", { times: 4 }), allowed(SELF, "function.invoke")],
};
