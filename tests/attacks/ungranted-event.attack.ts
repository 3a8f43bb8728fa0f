/** A function emits the event that would make another function send a text. */
import assert from "node:assert/strict";
import { allowed, assertAllRefused, denied, type Attack } from "./attack.ts";

const SELF = "function:ungranted-event";

export const attack: Attack = {
  name: "a function emits an event that it was not granted",
  stoppedAt: "the door, where Cedar denies by default",
  async run(ward) {
    const sent = ward.notifications.length;
    const { status, json } = await ward.call("ungranted-event", { body: { patient: ward.patient.id } });
    assert.equal(status, 200);
    assertAllRefused(json);
    await ward.node.settled(10_000);
    assert.equal(ward.notifications.length, sent, "nobody was told");
  },
  leaves: [denied(SELF, "event.emit", "access-denied", { times: 2 }), allowed(SELF, "function.invoke")],
};
