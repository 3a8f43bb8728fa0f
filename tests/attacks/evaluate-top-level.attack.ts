/**
 * A configuration and a function act at their top level, and while their definition is read. Nothing is recorded when
 * the node evaluates them: no function exists yet, so there is no principal, and every way out is refused unread. Where
 * the instance starts later the same request arrives at its out-socket, and is recorded.
 */
import assert from "node:assert/strict";
import { allowed, denied, type Attack } from "./attack.ts";

const SELF = "function:evaluate-top-level";
const SUBSCRIBER = "function:told";

export const attack: Attack = {
  name: "an app acts while it is evaluated",
  stoppedAt: "the confinement of the evaluation, which has no bindings",
  async run(ward) {
    // The route tells what the top level of the function reached, the app's name what that of the configuration did.
    assert.deepEqual((await ward.call("evaluate-top-level/nothing")).json, { reached: "nothing" });
    await ward.node.settled(10_000);
    const told = ward.notifications.filter(({ to }) => to === "told");
    assert.deepEqual(told, [{ to: "told", text: "ward://hostile-nothing/evaluate-top-level" }]);
    assert.ok(!ward.notifications.some(({ to }) => to === "attacker"), "no definition sent a text");
  },
  leaves: [
    denied(SELF, "egress.send", "no-invocation", { host: "ungranted" }),
    allowed(SELF, "event.emit"),
    allowed(SELF, "function.invoke"),
    allowed(SUBSCRIBER, "event.deliver"),
    allowed(SUBSCRIBER, "egress.send"),
    allowed(SUBSCRIBER, "function.invoke"),
    allowed("service:egress-proxy", "screen.disclosure"),
  ],
};
