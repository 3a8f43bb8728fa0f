/**
 * A function speaks to PostgreSQL: by the usual port, and by the socket that it really listens on. A Unix socket by its
 * path is nothing that an isolate can ask for, so that try leaves only the invocation.
 */
import assert from "node:assert/strict";
import { allowed, assertAllRefused, denied, type Attack } from "./attack.ts";

const SELF = "function:reach-database";

export const attack: Attack = {
  name: "a function reaches for the database's port",
  stoppedAt: "the function's network namespace, which has not even a loopback",
  async run(ward) {
    const { status, json } = await ward.call("reach-database", { body: { socket: ward.database.socket } });
    assert.equal(status, 200);
    assertAllRefused(json);
  },
  leaves: [
    denied(SELF, "egress.send", "host-not-granted", { host: "ungranted" }),
    denied(SELF, "egress.send", "address-literal", { host: "ungranted" }),
    denied(SELF, "egress.connect", "method-refused", { host: "ungranted", times: 2 }),
    allowed(SELF, "function.invoke"),
  ],
};
