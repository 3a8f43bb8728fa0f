/** One function gives the id of its running invocation to another, which has no grant to read. */
import assert from "node:assert/strict";
import { allowed, assertAllRefused, denied, type Attack } from "./attack.ts";
import type { AttackedNode } from "./attacked-node.ts";

const SELF = "function:use-anothers-invocation";
const VICTIM = "function:hold-invocation";

export const attack: Attack = {
  name: "a function acts with another function's invocation",
  stoppedAt: "its socket: an id names an invocation of its own function only",
  async run(ward) {
    const held = ward.call("hold-invocation");
    const invocation = await learnInvocation(ward);
    const body = { patient: ward.patient.id, invocation };
    const { status, json } = await ward.call("use-anothers-invocation", { body });
    assert.equal(status, 200);
    assertAllRefused(json);
    assert.equal((await held).status, 200, "the id was alive all the time");
  },
  leaves: [
    denied(SELF, "identity.forge", "access-denied"),
    denied(SELF, "door.call", "no-invocation", { times: 2 }),
    allowed(SELF, "function.invoke"),
    allowed("service:egress-proxy", "screen.disclosure"),
    allowed(VICTIM, "egress.send"),
    allowed(VICTIM, "function.invoke"),
  ],
};

async function learnInvocation(ward: AttackedNode): Promise<string> {
  const deadline = performance.now() + 5_000;
  for (;;) {
    const told = ward.notifications.find(({ to }) => to === "accomplice");
    if (told !== undefined) return told.text;
    assert.ok(performance.now() < deadline, "the accomplice tells the id");
    await new Promise((wake) => setTimeout(wake, 10));
  }
}
