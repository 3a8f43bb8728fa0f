/** Attack: speak to the database, by port or by socket. Stopped: no TCP leaves the isolate but as a refused CONNECT, and the network namespace has not even a loopback. */
import assert from "node:assert/strict";
import { createServer, type AddressInfo, type Server } from "node:net";
import { after, before, test } from "node:test";
import type { InstanceHost } from "@ward/runtime";
import { openHost, runOnce } from "../fixtures.ts";

let host: InstanceHost;
let database: Server;
let connections = 0;
before(async () => {
  host = await openHost();
  database = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => database.listen(0, "127.0.0.1", resolve));
});
after(async () => {
  database.close();
  await host.close();
});

const port = (): number => (database.address() as AddressInfo).port;
const ATTEMPTS = {
  "cloudflare:sockets": (to: number) =>
    `const socket = connect({ hostname: "127.0.0.1", port: ${to} }); await socket.opened`,
  "node:net": (to: number) =>
    `await new Promise((resolve, reject) => net.connect(${to}, "127.0.0.1", resolve).on("error", reject))`,
  "node:tls": (to: number) =>
    `await new Promise((resolve, reject) => tls.connect(${to}, "127.0.0.1", resolve).on("error", reject))`,
};

for (const [name, attempt] of Object.entries(ATTEMPTS)) {
  test(`the database's port is not reached through ${name}`, async () => {
    const { response, outbound } = await runOnce(host, {
      imports: `import net from "node:net"; import tls from "node:tls"; import { connect } from "cloudflare:sockets";`,
      handle: `try { ${attempt(port())}; return "reached"; } catch { return "refused"; }`,
    });
    assert.deepEqual(response, { ok: true, result: "refused" });
    // TLS is refused by the isolate itself; a plain connection by the out-socket.
    assert.deepEqual(outbound.refusals, name === "node:tls" ? [] : ["connect"]);
    assert.equal(connections, 0);
  });
}

test("a fetch of the database's port ends at the out-socket", async () => {
  const { outbound } = await runOnce(host, { handle: `await fetch("http://127.0.0.1:${port()}/"); return 1;` });
  assert.deepEqual(
    outbound.requests.map(({ url }) => url),
    [`http://127.0.0.1:${port()}/`],
  );
  assert.equal(connections, 0);
});

test("a scan of ports finds nothing but refusals", async () => {
  const { response, outbound } = await runOnce(host, {
    imports: `import { connect } from "cloudflare:sockets";`,
    handle: `let open = 0;
      for (const port of [1, 22, 80, 2375, 5432, 6443, ${port()}]) {
        try { await connect({ hostname: "localhost", port }).opened; open += 1; } catch {}
      }
      return open;`,
  });
  assert.deepEqual(response, { ok: true, result: 0 });
  assert.equal(outbound.refusals.length, 7);
});
