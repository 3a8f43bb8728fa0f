import { strict as assert } from "node:assert";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test, type TestContext } from "node:test";
import { systemClock } from "@ward/core";
import { createLocalCa, type LocalCa } from "@ward/gateway";
import { egressGrant } from "../../src/testing/runtime-fixture.ts";
import { attack, closeTestDatabase } from "./attack.ts";

let dir: string;
let trusted: LocalCa;
let impostor: LocalCa;

before(async () => {
  dir = await mkdtemp(join(tmpdir(), "ward-egress-"));
  const clock = systemClock;
  trusted = await createLocalCa({ dir: join(dir, "trusted"), clock, names: [] });
  impostor = await createLocalCa({ dir: join(dir, "impostor"), clock, names: [] });
});
after(async () => {
  await closeTestDatabase();
  await rm(dir, { recursive: true });
});

async function send(t: TestContext, served: LocalCa) {
  let heard = 0;
  const server = createServer(served.tls, (_request, response) => {
    heard += 1;
    response.end("ok");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const host = `localhost:${(server.address() as AddressInfo).port}`;
  const { seen, entries } = await attack(
    t,
    {
      grants: { egress: [egressGrant({ host })] },
      handle: async (_payload, { fetch }) => ({ body: (await fetch(`https://${host}/`)).status }),
    },
    {
      egress: {
        allowLoopback: true,
        trustedCa: trusted.caPem,
        resolve: () => Promise.resolve(["127.0.0.1"]),
      },
    },
  );
  const outcomes = entries.filter(({ action }) => action === "egress.send").map(({ outcome }) => outcome);
  return { seen, heard, outcomes };
}

test("sends over TLS to a host whose certificate the given authority signed", async (t) => {
  assert.deepEqual(await send(t, trusted), { seen: 200, heard: 1, outcomes: ["success"] });
});

test("sends nothing to a host with another authority's certificate, and records the failure", async (t) => {
  assert.deepEqual(await send(t, impostor), { seen: 502, heard: 0, outcomes: ["success", "failure"] });
});
