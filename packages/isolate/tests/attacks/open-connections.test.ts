/** Attack: leave by something that is not a plain HTTP request. Stopped: each is refused at the out-socket or does not exist. */
import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { after, before, test } from "node:test";
import type { InstanceHost } from "@ward/runtime";
import { openHost, RecordingOutbound, releaseOf, requestOf, runOnce } from "../fixtures.ts";

let host: InstanceHost;
before(async () => {
  host = await openHost();
});
after(() => host.close());

const imports = `import { connect } from "cloudflare:sockets"; import dgram from "node:dgram"; import dns from "node:dns/promises"; import http from "node:http";`;

test("connect() is refused", async () => {
  const handle = `try { await connect("example.org:25").opened; return "open"; } catch { return "refused"; }`;
  const { response, outbound } = await runOnce(host, { imports, handle });
  assert.deepEqual([response, outbound.refusals], [{ ok: true, result: "refused" }, ["connect"]]);
});

test("connect() with TLS does not even come out of the isolate", async () => {
  const handle = `try { await connect("example.org:443", { secureTransport: "on" }).opened; return "open"; }
    catch { return "refused"; }`;
  const { response, outbound } = await runOnce(host, { imports, handle });
  assert.deepEqual([response, outbound.refusals], [{ ok: true, result: "refused" }, []]);
});

test("a WebSocket is refused, made either way", async () => {
  const handle = `const first = await new Promise((resolve) => {
      const socket = new WebSocket("wss://example.org/");
      socket.onopen = () => resolve("open");
      socket.onerror = () => resolve("refused");
    });
    const { status } = await fetch("https://example.org/", { headers: { Upgrade: "websocket" } });
    return [first, status];`;
  const { response, outbound } = await runOnce(host, { imports, handle });
  assert.deepEqual([response, outbound.refusals], [{ ok: true, result: ["refused", 403] }, ["upgrade", "upgrade"]]);
});

test("an EventSource and node:http end at the out-socket as requests", async () => {
  const handle = `await new Promise((resolve) => { new EventSource("https://example.org/events").onerror = resolve; });
    await new Promise((resolve) => http.get("http://example.org/node", resolve).on("error", resolve));
    return 1;`;
  const { outbound } = await runOnce(host, { imports, handle });
  assert.deepEqual(
    outbound.requests.map(({ url }) => url),
    ["https://example.org/events", "http://example.org/node"],
  );
});

test("a name is resolved by nobody", async () => {
  const handle = `try { return await dns.resolve4("data.exfiltrate.example.net"); } catch { return "refused"; }`;
  const { response } = await runOnce(host, { imports, handle });
  assert.deepEqual(response, { ok: true, result: "refused" });
});

test("a datagram arrives nowhere", async () => {
  const listener = createSocket("udp4");
  let received = 0;
  listener.on("message", () => (received += 1));
  await new Promise<void>((resolve) => listener.bind(0, "127.0.0.1", resolve));
  const handle = `try { dgram.createSocket("udp4").send("x", ${listener.address().port}, "127.0.0.1"); } catch {}
    await new Promise((resolve) => setTimeout(resolve, 100));`;
  await runOnce(host, { imports, handle });
  // What was sent before on the same socket would have been delivered before.
  const probe = createSocket("udp4");
  await new Promise((resolve) => probe.send("x", listener.address().port, "127.0.0.1", resolve));
  await new Promise<void>((resolve) => (received > 0 ? resolve() : listener.once("message", () => resolve())));
  assert.equal(received, 1, "the probe alone");
  probe.close();
  listener.close();
});

test("the door's binding opens no connection either", async () => {
  const bundle = `export default { async fetch(request, env) {
    if (request.method === "GET") return Response.json({});
    try { await env.DOOR.connect("127.0.0.1:5432").opened; return Response.json({ ok: true, result: "open" }); }
    catch { return Response.json({ ok: true, result: "refused" }); }
  } };`;
  const outbound = new RecordingOutbound();
  const instance = await host.start(releaseOf(bundle), outbound);
  assert.deepEqual(await instance.invoke(requestOf()), { ok: true, result: "refused" });
  assert.deepEqual(outbound.refusals, ["connect"]);
  await instance.stop();
});
