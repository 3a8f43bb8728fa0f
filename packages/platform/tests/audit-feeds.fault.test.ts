import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createServer } from "node:tls";
import { fileURLToPath } from "node:url";
import { systemClock, type AuditEntry } from "@ward/core";
import { createLocalCa } from "@ward/gateway";
import { createLedger } from "@ward/ledger";
import { startTestDatabase } from "@ward/postgres/testing";
import { openTestVault } from "@ward/vault/testing";
import { readFrames } from "./syslog-frames.ts";

const ENTRIES = 6_000;

test("kill -9 of a node that feeds loses no entry, and the cursor is never ahead of the receiver", async () => {
  const dir = await mkdtemp(join(tmpdir(), "ward-feed-kill-"));
  const postgres = await startTestDatabase();
  const ca = await createLocalCa({ dir, clock: systemClock });
  const received = new Set<number>();
  let heard = (): void => undefined;
  const server = createServer(ca.tls, (socket) => {
    socket.on("error", () => undefined);
    readFrames(socket, (index) => {
      received.add(index);
      heard();
    });
  });
  try {
    const vault = await openTestVault(postgres.database);
    const ledger = createLedger({ database: postgres.database, clock: systemClock, signer: vault.ledgerSigner });
    await ledger.record(Array.from({ length: ENTRIES }, (_, at) => makeEntry(at)));
    const sequencer = ledger.startSequencer({ intervalMs: 1_000 });
    await sequencer.flush();
    await sequencer.stop();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const script = fileURLToPath(new URL("feeding-node.ts", import.meta.url));
    for (const goal of [700, 1_900, 3_300, ENTRIES]) {
      const child = spawn(process.execPath, [script, JSON.stringify(postgres.connection), ca.caPem, String(port)], {
        stdio: ["ignore", "ignore", "inherit"],
      });
      await new Promise<void>((settle) => {
        heard = () => {
          if (received.size >= goal) settle();
        };
        heard();
      });
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      const [row] = await postgres.database.query<{ next_index: bigint }>("select next_index from ledger.feed");
      for (let index = 0; index < Number(row?.next_index); index += 1) {
        assert.ok(received.has(index), `entry ${index} is said to be received`);
      }
    }
    assert.equal(received.size, ENTRIES);
  } finally {
    server.close();
    await postgres.close();
    await rm(dir, { recursive: true });
  }
});

function makeEntry(number: number): AuditEntry {
  return {
    time: new Date(Date.UTC(2026, 0, 1) + number).toISOString(),
    principal: "function:lab-result",
    action: "function.invoke",
    purpose: "TREAT",
    decision: "allow",
    policies: [],
    outcome: "success",
    trace: number.toString(16).padStart(32, "0"),
  };
}
