/** A function takes 2 GB; its process ends, and the node's own memory is untouched. */
import assert from "node:assert/strict";
import { failed, type Attack } from "./attack.ts";

const SELF = "function:allocate-2gb";

export const attack: Attack = {
  name: "a function allocates 2 GB",
  stoppedAt: "its memory limit, from outside",
  async run(ward) {
    const { status, json } = await ward.call("allocate-2gb");
    assert.equal(status, 502);
    assert.equal((json as { code: string }).code, "function-memory");
  },
  leaves: [failed(SELF, "function.invoke", "function-memory"), failed(SELF, "function.stop", "function-memory")],
};
