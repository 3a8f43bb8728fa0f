/** A function names the machine itself by number, in eight spellings; the SMS sink listens there. */
import assert from "node:assert/strict";
import { allowed, assertAllRefused, denied, type Attack } from "./attack.ts";

const SELF = "function:fetch-address-literal";

export const attack: Attack = {
  name: "a function fetches IP literals",
  stoppedAt: "the egress proxy, which takes names only",
  async run(ward) {
    const { status, json } = await ward.call("fetch-address-literal");
    assert.equal(status, 200);
    assertAllRefused(json);
  },
  leaves: [
    denied(SELF, "egress.send", "address-literal", { host: "ungranted", times: 8 }),
    allowed(SELF, "function.invoke"),
  ],
};
