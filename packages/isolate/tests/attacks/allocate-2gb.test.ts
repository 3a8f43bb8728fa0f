/** Attack: take the machine's memory. Stopped: the kernel refuses the allocation or the supervisor kills the process; either way the instance ends, and its resident size never came near what was asked for. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { InstanceHost } from "@ward/runtime";
import { openHost, requestOf, startSource } from "../fixtures.ts";

let host: InstanceHost;
before(async () => {
  host = await openHost();
});
after(() => host.close());

const ALLOCATIONS = {
  "one buffer of 2 GB": "return new Uint8Array(2 ** 31).length;",
  "one buffer of 2 GB, filled": "return new Uint8Array(2 ** 31).fill(1).length;",
  "2,048 buffers of 1 MB":
    "const held = []; for (let i = 0; i < 2_048; i++) held.push(new Uint8Array(1 << 20).fill(1)); return held.length;",
  "a heap of objects": "const held = []; for (;;) held.push({ a: Math.random() });",
  strings:
    "let text = 'x'; const held = []; for (;;) { text += text + Math.random(); held.push(JSON.parse(JSON.stringify(text))); if (text.length > 1e8) text = 'x'; }",
  "shared memory": "return new Uint8Array(new SharedArrayBuffer(2 ** 31 - 1)).fill(1).length;",
  "WebAssembly memory": "return new Uint8Array(new WebAssembly.Memory({ initial: 32_000 }).buffer).fill(1).length;",
};

for (const [name, handle] of Object.entries(ALLOCATIONS)) {
  test(`${name}: ends the instance, not the machine`, async () => {
    const { instance } = await startSource(host, { handle });
    let peakMb = 0;
    const watch = setInterval(() => (peakMb = Math.max(peakMb, instance.memoryMb())), 2);
    await assert.rejects(instance.invoke(requestOf({ timeoutMs: 20_000 })), { code: "function-memory" });
    clearInterval(watch);
    assert.equal(await instance.exited, "memory");
    assert.ok(peakMb < 600, `resident size stayed bounded (${peakMb} MB)`);
    const next = await startSource(host, { handle: "return 1;" });
    assert.deepEqual(await next.instance.invoke(requestOf()), { ok: true, result: 1 });
    await next.instance.stop();
  });
}
