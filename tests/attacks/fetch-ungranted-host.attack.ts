/**
 * A function that may send texts tries other hosts, also such as look like the granted one. A URL with a user's name in
 * it leaves nothing: the engine itself does not fetch it.
 */
import assert from "node:assert/strict";
import { allowed, assertAllRefused, denied, type Attack } from "./attack.ts";

const SELF = "function:fetch-ungranted-host";

export const attack: Attack = {
  name: "a function fetches hosts that it was not granted",
  stoppedAt: "the egress proxy, which compares with the grants",
  async run(ward) {
    const { status, json } = await ward.call("fetch-ungranted-host");
    assert.equal(status, 200);
    assertAllRefused(json);
  },
  leaves: [
    denied(SELF, "egress.send", "host-not-granted", { host: "ungranted", times: 5 }),
    allowed(SELF, "function.invoke"),
  ],
};
