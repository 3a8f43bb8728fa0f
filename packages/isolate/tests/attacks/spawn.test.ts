/** Attack: outlive or overwhelm the node with timers, workers and processes. Stopped: nothing forks, and what floods the instance ends with it. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { InstanceHost } from "@ward/runtime";
import { openHost, requestOf, runOnce, startSource } from "../fixtures.ts";

let host: InstanceHost;
before(async () => {
  host = await openHost();
});
after(() => host.close());

const ATTEMPTS = {
  "a process": `child.spawn("/bin/sh", ["-c", "sleep 600"])`,
  "a fork": `child.fork("x.js")`,
  "a worker thread": `new threads.Worker("for (;;);", { eval: true })`,
  "a cluster": `cluster.fork()`,
  "code from text": `new Function("return 1")()`,
  "a signal": `process.kill(1, 9)`,
  "a native module": `process.dlopen({ exports: {} }, "/workerd")`,
};

for (const [name, attempt] of Object.entries(ATTEMPTS)) {
  test(`${name} can't be made`, async () => {
    const { response } = await runOnce(host, {
      imports: `import child from "node:child_process"; import threads from "node:worker_threads"; import cluster from "node:cluster";`,
      handle: `try { ${attempt}; return "made"; } catch { return "refused"; }`,
    });
    assert.deepEqual(response, { ok: true, result: "refused" });
  });
}

test("a hundred thousand timers are more than an invocation may have", async () => {
  const handle = `for (let i = 0; i < 100_000; i++) setTimeout(() => {}, 60_000);`;
  const { response } = await runOnce(host, { handle });
  assert.equal(!response.ok && response.error.name, "DOMException");
});

test("timers that spin end with the instance, at the deadline", async () => {
  const handle = `for (let i = 0; i < 5_000; i++) setTimeout(() => { for (;;); }, 0);
    await new Promise((resolve) => setTimeout(resolve, 60_000));`;
  const { instance } = await startSource(host, { handle });
  await assert.rejects(instance.invoke(requestOf({ timeoutMs: 300 })), { code: "function-timeout" });
  assert.equal(await instance.exited, "timeout");
});

test("a timer left behind does not act for a later invocation", async () => {
  const handle = `if (input.scheduledAt === "first") { setTimeout(() => fetch("https://example.org/late"), 30); return; }
    await new Promise((resolve) => setTimeout(resolve, 100));`;
  const { instance, outbound } = await startSource(host, { handle });
  const first = requestOf({ payload: { kind: "schedule", scheduledAt: "first" } });
  const second = requestOf();
  await instance.invoke(first);
  await instance.invoke(second);
  for (const { headers } of outbound.requests) assert.notEqual(headers["ward-invocation"], second.invocation);
  await instance.stop();
});
