/** A function never ends; the process is killed from outside, and a fresh one takes the next call. */
import assert from "node:assert/strict";
import { failed, type Attack } from "./attack.ts";

const SELF = "function:spin-forever";

export const attack: Attack = {
  name: "a function spins for ever",
  stoppedAt: "its deadline, from outside",
  async run(ward) {
    for (const _again of [1, 2]) {
      const { status, json } = await ward.call("spin-forever");
      assert.equal(status, 504);
      assert.equal((json as { code: string }).code, "function-timeout");
    }
  },
  leaves: [1, 2].flatMap(() => [
    failed(SELF, "function.invoke", "function-timeout"),
    failed(SELF, "function.stop", "function-timeout"),
  ]),
};
