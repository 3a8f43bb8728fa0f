/** A function asks 169.254.169.254 for the machine's credentials, by address, by name, and past HTTP by a socket. */
import assert from "node:assert/strict";
import { allowed, assertAllRefused, denied, type Attack } from "./attack.ts";

const SELF = "function:fetch-metadata-address";

export const attack: Attack = {
  name: "a function fetches 169.254.169.254",
  stoppedAt: "the egress proxy; the function's namespace has no network",
  async run(ward) {
    const { status, json } = await ward.call("fetch-metadata-address");
    assert.equal(status, 200);
    assertAllRefused(json);
  },
  leaves: [
    denied(SELF, "egress.send", "address-literal", { host: "ungranted", times: 4 }),
    denied(SELF, "egress.send", "host-not-granted", { host: "ungranted" }),
    denied(SELF, "egress.connect", "method-refused", { host: "ungranted" }),
    allowed(SELF, "function.invoke"),
  ],
};
