/** Attack: read a file of the node. Stopped: the isolate's filesystem is in memory and holds the bundle and an empty /tmp; the mount namespace holds nothing else either. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { InstanceHost } from "@ward/runtime";
import { openHost, requestOf, runOnce, startSource } from "../fixtures.ts";

let host: InstanceHost;
before(async () => {
  host = await openHost();
});
after(() => host.close());

const imports = `import fs from "node:fs";`;

for (const path of [
  "/etc/passwd",
  "/proc/self/environ",
  "/proc/1/environ",
  "/slot/config",
  "/workerd",
  "../../etc/passwd",
]) {
  test(`${path} does not exist`, async () => {
    const handle = `try { return fs.readFileSync(${JSON.stringify(path)}).length; } catch (error) { return error.code; }`;
    const { response } = await runOnce(host, { imports, handle });
    assert.deepEqual(response, { ok: true, result: "ENOENT" });
  });
}

test("the root holds nothing but the bundle, devices without a disk and /tmp", async () => {
  const { response } = await runOnce(host, { imports, handle: `return fs.readdirSync("/").sort();` });
  assert.deepEqual(response, { ok: true, result: ["bundle", "dev", "tmp"] });
});

test("what one invocation writes to /tmp the next does not find", async () => {
  const handle = `const before = fs.readdirSync("/tmp"); fs.writeFileSync("/tmp/phi", "Jane"); return before;`;
  const { instance } = await startSource(host, { imports, handle });
  assert.deepEqual(await instance.invoke(requestOf()), { ok: true, result: [] });
  assert.deepEqual(await instance.invoke(requestOf()), { ok: true, result: [] });
  await instance.stop();
});

test("the bundle can't be changed", async () => {
  const handle = `try { fs.writeFileSync("/bundle/subject-under-test.js", ""); return "written"; } catch { return "refused"; }`;
  const { response } = await runOnce(host, { imports, handle });
  assert.deepEqual(response, { ok: true, result: "refused" });
});
