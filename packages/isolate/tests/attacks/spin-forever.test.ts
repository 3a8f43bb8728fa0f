/** Attack: spin forever. Stopped: the supervisor kills the process at the deadline; the next start is a fresh one. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { InstanceHost } from "@ward/runtime";
import { openHost, requestOf, startSource } from "../fixtures.ts";

let host: InstanceHost;
before(async () => {
  host = await openHost();
});
after(() => host.close());

const LOOPS = {
  "an empty loop": "for (;;);",
  "a loop of promises": "for (;;) await null;",
  "a regular expression that backtracks": `return /^(a+)+$/.test("a".repeat(60) + "b");`,
  "a try that catches everything": "for (;;) { try { for (;;); } catch {} finally { continue; } }",
};

for (const [name, handle] of Object.entries(LOOPS)) {
  test(`${name} is killed at its deadline and replaced`, async () => {
    const { instance } = await startSource(host, { handle });
    await assert.rejects(instance.invoke(requestOf({ timeoutMs: 150 })), { code: "function-timeout" });
    assert.equal(await instance.exited, "timeout");
    const next = await startSource(host, { handle: "return 1;" });
    assert.deepEqual(await next.instance.invoke(requestOf()), { ok: true, result: 1 });
    await next.instance.stop();
  });
}
