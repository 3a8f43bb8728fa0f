/** Attack: read the environment, where secrets so often lie. Stopped: the isolate's is empty, and so is its process's. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { InstanceHost } from "@ward/runtime";
import { openHost, runOnce } from "../fixtures.ts";

let host: InstanceHost;
before(async () => {
  host = await openHost();
});
after(() => host.close());

test("process.env, its bindings and its arguments say nothing of the node", async () => {
  process.env["WARD_ATTACK_CANARY"] = "canary-value";
  const handle = `return JSON.stringify([{ ...process.env }, process.argv, process.cwd(), Object.keys(globalThis), importable]);`;
  const imports = `import * as workers from "cloudflare:workers"; const importable = Object.keys(workers.env ?? {});`;
  const { response } = await runOnce(host, { imports, handle });
  delete process.env["WARD_ATTACK_CANARY"];
  assert.ok(response.ok);
  const [environment, , directory, , importable] = JSON.parse(response.result as string) as unknown[];
  assert.deepEqual([environment, directory, importable], [{}, "/bundle", []]);
  assert.doesNotMatch(response.result as string, /canary/i);
});

test("the bundle's code can't start another program to ask", async () => {
  const imports = `import child from "node:child_process";`;
  const handle = `try { child.execSync("env"); return "ran"; } catch { return "refused"; }`;
  const { response } = await runOnce(host, { imports, handle });
  assert.deepEqual(response, { ok: true, result: "refused" });
});
