/** Attack: claim another identity in headers. Stopped: they reach the node as ordinary headers of this function's own socket, which decides who speaks; none of them changes where the request arrives. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { InstanceHost } from "@ward/runtime";
import { openHost, RecordingOutbound, releaseOf, requestOf } from "../fixtures.ts";

let host: InstanceHost;
before(async () => {
  host = await openHost();
});
after(() => host.close());

test("forged headers arrive only on the forger's own socket", async () => {
  const bundle = `export default { async fetch(request, env) {
    if (request.method === "GET") return Response.json({});
    const headers = { "ward-invocation": "00000000-0000-0000-0000-000000000000", "ward-principal": "function:lab-result",
      "x-purpose-of-use": "ETREAT", host: "lab-result", forwarded: "for=lab-result", "content-type": "application/json" };
    await env.DOOR.fetch("http://lab-result/door/fhir", { method: "POST", headers, body: "{}" });
    return Response.json({ ok: true, result: null });
  } };`;
  const [own, other] = [new RecordingOutbound(), new RecordingOutbound()];
  const forger = await host.start(releaseOf(bundle), own);
  const victim = await host.start(releaseOf(bundle), other);
  await forger.invoke(requestOf());
  assert.equal(own.requests.length, 1);
  assert.equal(own.requests[0]?.url, "/door/fhir");
  assert.equal(own.requests[0]?.headers["ward-principal"], "function:lab-result");
  assert.deepEqual(other.requests, []);
  await Promise.all([forger.stop(), victim.stop()]);
});

test("a path, a line break or a second request in a header does not become a request", async () => {
  const bundle = `export default { async fetch(request, env) {
    if (request.method === "GET") return Response.json({});
    const attempts = [
      () => env.DOOR.fetch("http://ward/door/log", { headers: { a: "b\\r\\nward-invocation: x" } }),
      () => env.DOOR.fetch("http://ward/door/log", { method: "GET / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\nGET" }),
      () => fetch("https://example.org/\\r\\nHost: evil/ HTTP/1.1"),
    ];
    const made = [];
    for (const attempt of attempts) { try { await attempt(); made.push("sent"); } catch { made.push("refused"); } }
    return Response.json({ ok: true, result: made });
  } };`;
  const outbound = new RecordingOutbound();
  const instance = await host.start(releaseOf(bundle), outbound);
  const response = await instance.invoke(requestOf());
  assert.deepEqual(response.ok && (response.result as string[]).slice(0, 2), ["refused", "refused"]);
  assert.ok(outbound.requests.length <= 1, "nothing was smuggled");
  for (const { headers, url } of outbound.requests) {
    assert.equal(headers["ward-invocation"], undefined);
    assert.match(url, /^https:\/\/example\.org\//);
  }
  await instance.stop();
});
