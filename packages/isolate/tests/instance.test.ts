import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { inspect } from "node:util";
import type { InstanceHost } from "@ward/runtime";
import {
  bundleModule,
  bundleOf,
  openHost,
  RecordingOutbound,
  releaseOf,
  requestOf,
  runOnce,
  startSource,
} from "./fixtures.ts";
import { descendants, isRunning } from "./processes.ts";

let host: InstanceHost;
before(async () => {
  host = await openHost({ startTimeoutMs: 3_000 });
});
after(() => host.close());

const SPIN = "for (;;);";
/** A promise that nothing could ever settle would be noticed by workerd, and the call answered. */
const WAIT = "await new Promise((resolve) => setTimeout(resolve, 600_000));";

test("evaluates a bundle to its definition, without the handler", async () => {
  const value = await host.evaluate(await bundleOf({ handle: "", grants: { emits: ["lab.result.filed"] } }));
  assert.deepEqual(value, {
    trigger: { kind: "schedule", cron: "0 6 * * *" },
    purpose: "TREAT",
    grants: { emits: ["lab.result.filed"] },
  });
});

test("refuses to evaluate a bundle whose top level throws", async () => {
  await assert.rejects(host.evaluate(`throw new Error("Jane Doe");`), (error: Error) => {
    assert.equal((error as { code?: string }).code, "function-unavailable");
    assert.doesNotMatch(inspect(error, { depth: 10 }), /Jane/);
    return true;
  });
});

test("refuses to evaluate a bundle whose top level never ends", async () => {
  await assert.rejects(host.evaluate(`${SPIN}`), { code: "function-unavailable" });
});

test("refuses to evaluate what answers no JSON", async () => {
  const bundle = `export default { fetch() { return new Response("<html>") } };`;
  await assert.rejects(host.evaluate(bundle), { code: "bad-manifest" });
});

test("an evaluated bundle has no way out", async () => {
  const bundle = await bundleModule(`export default { async fetch(request, env) {
    const door = await env.DOOR.fetch("http://ward/door/secret", { method: "POST", body: "{}" });
    const outside = await fetch("https://example.org/");
    return Response.json([door.status, outside.status]);
  } };`);
  assert.deepEqual(await host.evaluate(bundle), [403, 403]);
});

test("runs a handler and answers its result", async () => {
  const { response } = await runOnce(host, { handle: "return { due: input.scheduledAt };" });
  assert.deepEqual(response, { ok: true, result: { due: "2026-11-21T06:00:00Z" } });
});

test("runs many invocations of one instance at the same time", async () => {
  const handle = "await new Promise((resolve) => setTimeout(resolve, 20)); return input.scheduledAt;";
  const { instance } = await startSource(host, { handle });
  const requests = Array.from({ length: 20 }, (_, index) =>
    requestOf({ payload: { kind: "schedule", scheduledAt: String(index) } }),
  );
  const responses = await Promise.all(requests.map((request) => instance.invoke(request)));
  assert.deepEqual(
    responses.map((response) => response.ok && response.result),
    requests.map((_, index) => String(index)),
  );
  await instance.stop();
});

test("kills an instance at the deadline of one invocation and says to the others that they may try again", async () => {
  const handle = `if (input.scheduledAt === "spin") ${SPIN} ${WAIT}`;
  const { instance } = await startSource(host, { handle });
  const waiting = instance.invoke(requestOf());
  const spinning = instance.invoke(requestOf({ timeoutMs: 200, payload: { kind: "schedule", scheduledAt: "spin" } }));
  await Promise.all([
    assert.rejects(spinning, { code: "function-timeout" }),
    assert.rejects(waiting, { code: "function-unavailable" }),
  ]);
  assert.equal(await instance.exited, "timeout");
  assert.equal(isRunning(instance.pid), false);
  await assert.rejects(instance.invoke(requestOf()), { code: "function-unavailable" });
});

test("fails an invocation that nothing can ever end, before its deadline", async () => {
  const { instance } = await startSource(host, { handle: "await new Promise(() => {});" });
  await assert.rejects(instance.invoke(requestOf({ timeoutMs: 60_000 })), { code: "function-failed" });
  await instance.stop();
});

test("kills an instance at the deadline of a handler that waits forever", async () => {
  const { instance } = await startSource(host, { handle: WAIT });
  await assert.rejects(instance.invoke(requestOf({ timeoutMs: 50 })), { code: "function-timeout" });
  assert.equal(await instance.exited, "timeout");
});

test("tells a crash to every invocation in flight", async () => {
  const { instance } = await startSource(host, { handle: WAIT });
  const calls = [instance.invoke(requestOf()), instance.invoke(requestOf())];
  process.kill(instance.pid, "SIGKILL");
  await Promise.all(calls.map((call) => assert.rejects(call, { code: "function-unavailable" })));
  assert.equal(await instance.exited, "crashed");
});

test("stops on demand, and rejects what was in flight", async () => {
  const { instance } = await startSource(host, { handle: WAIT });
  const call = assert.rejects(instance.invoke(requestOf()), { code: "function-unavailable" });
  await instance.stop();
  await call;
  assert.equal(await instance.exited, "stopped");
  assert.equal(instance.memoryMb(), 0);
});

test("stops an instance that holds more memory than its limit", async () => {
  const handle = `globalThis.held = [];
    for (let i = 0; i < 400; i++) { held.push(new Uint8Array(1 << 20).fill(1)); await new Promise((r) => setTimeout(r)); }`;
  const { instance } = await startSource(host, { handle }, { memoryMb: 64 });
  await assert.rejects(instance.invoke(requestOf()), { code: "function-memory" });
  assert.equal(await instance.exited, "memory");
});

test("lets a function hold what its limit says, and leave garbage", async () => {
  const handle = `globalThis.held = [];
    for (let i = 0; i < 50; i++) held.push(new Uint8Array(1 << 20).fill(1));
    for (let i = 0; i < 1_000; i++) new Uint8Array(1 << 20).fill(1);
    return held.length;`;
  const { instance } = await startSource(host, { handle }, { memoryMb: 64 });
  assert.deepEqual(await instance.invoke(requestOf()), { ok: true, result: 50 });
  assert.ok(instance.memoryMb() > 64, "the engine and what the function holds");
  await instance.stop();
});

test("never takes a busy function that holds nothing for one that holds too much", async () => {
  const { instance } = await startSource(host, { handle: "return 1;" }, { memoryMb: 16 });
  const callers = Array.from({ length: 32 }, async () => {
    for (let call = 0; call < 500; call += 1) {
      assert.deepEqual(await instance.invoke(requestOf()), { ok: true, result: 1 });
    }
  });
  await Promise.all(callers);
  await instance.stop();
});

test("process.exit() fails one invocation and no other", async () => {
  const handle = `if (input.scheduledAt === "exit") process.exit(0); return "here";`;
  const { instance } = await startSource(host, { handle });
  const leaving = instance.invoke(requestOf({ payload: { kind: "schedule", scheduledAt: "exit" } }));
  await assert.rejects(leaving, { code: "function-failed" });
  assert.deepEqual(await instance.invoke(requestOf()), { ok: true, result: "here" });
  await instance.stop();
});

test("refuses an answer that is larger than any result may be", async () => {
  const { instance } = await startSource(host, { handle: `return "x".repeat(20 * 1024 * 1024);` });
  await assert.rejects(instance.invoke(requestOf()), { code: "function-failed" });
  await instance.stop();
});

test("believes nothing of a bundle that answers something else", async () => {
  const bundle = `export default { fetch(request) {
    if (request.method === "GET") return Response.json({});
    return Response.json({ ok: false, error: { name: "Jane Doe", code: "no-such-code", reject: "no-such-reason", at: ["Jane Doe", "a.js:1:2"] } });
  } };`;
  const instance = await host.start(releaseOf(bundle), new RecordingOutbound());
  assert.deepEqual(await instance.invoke(requestOf()), { ok: false, error: { name: "Error", at: ["a.js:1:2"] } });
  await instance.stop();
});

test("keeps calls working when connections have idled", async () => {
  const { instance } = await startSource(host, { handle: "return 1;" });
  await instance.invoke(requestOf());
  // Past both idle limits: ours (4 s) and the engine's (5 s).
  await new Promise((resolve) => setTimeout(resolve, 5_500));
  assert.deepEqual(await instance.invoke(requestOf()), { ok: true, result: 1 });
  await instance.stop();
});

test("starts many instances at once", async () => {
  const started = await Promise.all(Array.from({ length: 6 }, () => startSource(host, { handle: "return 1;" })));
  const pids = new Set(started.map(({ instance }) => instance.pid));
  assert.equal(pids.size, 6);
  await Promise.all(started.map(({ instance }) => instance.stop()));
});

test("leaves no process and no zombie when it closes", async () => {
  const own = await openHost();
  const before = new Set(descendants(process.pid).map(({ pid }) => pid));
  await startSource(own, { handle: "return 1;" });
  assert.ok(descendants(process.pid).length > before.size, "an instance runs");
  await own.close();
  const left = descendants(process.pid).filter(({ pid }) => !before.has(pid));
  assert.deepEqual(left, []);
  await assert.rejects(startSource(own, { handle: "" }), { code: "function-unavailable" });
});
