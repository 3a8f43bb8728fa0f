/** Attack: reach another function's socket. Stopped: in the isolate, which has no Unix sockets, and in the mount namespace, which holds only the instance's own. */
import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { after, before, test } from "node:test";
import type { InstanceHost } from "@ward/runtime";
import { openHost, runOnce, startSource } from "../fixtures.ts";

let host: InstanceHost;
before(async () => {
  host = await openHost();
});
after(() => host.close());

const ATTEMPTS = {
  "a unix: URL": `await fetch("unix:/slot/out.sock")`,
  "a file: URL": `await fetch("file:///slot/out.sock")`,
  "an http+unix URL": `await fetch("http+unix://%2Fslot%2Fout.sock/")`,
  "node:net by path": `await new Promise((resolve, reject) => {
    const socket = net.connect({ path: "/slot/out.sock" }, resolve);
    socket.on("error", reject);
  })`,
  "cloudflare:sockets by path": `await connect("unix:/slot/out.sock").opened`,
  "the filesystem": `fs.readFileSync("/slot/config")`,
};

for (const [name, attempt] of Object.entries(ATTEMPTS)) {
  test(`another socket is not reached through ${name}`, async () => {
    const { response, outbound } = await runOnce(host, {
      imports: `import net from "node:net"; import fs from "node:fs"; import { connect } from "cloudflare:sockets";`,
      handle: `try { ${attempt}; return "reached"; } catch { return "refused"; }`,
    });
    assert.deepEqual(response, { ok: true, result: "refused" });
    assert.deepEqual(outbound.requests, []);
  });
}

test("an instance's root holds no socket but its own", async (t) => {
  if (host.confinement.mode === "none") return t.skip("this machine gives no mount namespace");
  const [one, other] = [await startSource(host, { handle: "" }), await startSource(host, { handle: "" })];
  for (const { instance } of [one, other]) {
    const root = `/proc/${instance.pid}/root`;
    // Only root may look into another user's namespace; the mount table of confinement.test.ts says the same to all.
    if (host.confinement.mode === "root") assert.deepEqual(readdirSync(`${root}/slot`), ["config", "out.sock"]);
    assert.equal(existsSync(`${root}/tmp`), false);
  }
  await Promise.all([one.instance.stop(), other.instance.stop()]);
});
