/**
 * A function reads the node's files by their real names. It leaves only its invocation: there is no disk to ask, so
 * nobody refuses anything.
 */
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { allowed, assertAllRefused, type Attack } from "./attack.ts";

export const attack: Attack = {
  name: "a function reads files",
  stoppedAt: "the function's mount namespace; the isolate's filesystem is in memory",
  async run(ward) {
    const kept = (await readdir(ward.stateDir)).map((name) => join(ward.stateDir, name));
    assert.ok(kept.length > 0);
    const paths = ["/etc/passwd", "/proc/self/environ", "/proc/1/root/etc/passwd", "/slot/config", ...kept];
    for (const _again of [1, 2]) {
      const { status, json } = await ward.call("read-file", { body: { paths } });
      assert.equal(status, 200);
      assertAllRefused(json);
    }
  },
  leaves: [allowed("function:read-file", "function.invoke", 2)],
};
