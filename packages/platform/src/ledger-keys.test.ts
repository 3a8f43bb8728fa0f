import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { systemClock, type AuditEntry } from "@ward/core";
import { createLedger, openDirectoryStore, verify, type AuditLog, type LedgerStore } from "@ward/ledger";
import { openNote } from "@ward/ledger/verify";
import { startTestDatabase, type TestDatabase } from "@ward/postgres/testing";
import type { Vault } from "@ward/vault";
import { openTestVault } from "@ward/vault/testing";
import type { Foundation } from "./foundation.ts";
import { ledgerKeysOf } from "./ledger-keys.ts";

let postgres: TestDatabase;
let folder: string;
let store: LedgerStore;
before(async () => {
  postgres = await startTestDatabase();
  folder = await mkdtemp(join(tmpdir(), "ward-keys-"));
  store = await openDirectoryStore(folder);
});
after(async () => {
  await postgres.close();
  await rm(folder, { recursive: true });
});

interface Node {
  readonly vault: Vault;
  readonly ledger: AuditLog;
  readonly keys: ReturnType<typeof ledgerKeysOf>;
  /** Places and publishes everything, its last checkpoint in the history; answers that checkpoint. */
  publish(): Promise<string>;
}

/** A node as it is after a start: with the keys that the database then has. */
async function startNode(): Promise<Node> {
  const { database } = postgres;
  const vault = await openTestVault(database);
  const ledger = createLedger({ database, clock: systemClock, signer: vault.ledgerSigner });
  const foundation = { database, vault, ledger } as unknown as Foundation;
  return {
    vault,
    ledger,
    keys: ledgerKeysOf(foundation),
    async publish() {
      await ledger.record([entry()]);
      const sequencer = ledger.startSequencer({ intervalMs: 1_000 });
      try {
        await sequencer.flush();
      } finally {
        await sequencer.stop();
      }
      const publisher = ledger.startPublisher(store);
      await publisher.flush();
      await publisher.stop();
      return (await ledger.checkpoint())?.note ?? "";
    },
  };
}

function entry(): AuditEntry {
  return {
    time: new Date().toISOString(),
    principal: "service:platform",
    action: "node.start",
    purpose: "HOPERAT",
    decision: "allow",
    policies: [],
    outcome: "success",
    trace: "ab".repeat(16),
  };
}

async function verdictOf({ vault }: Node) {
  const { publicKey, name, former = [] } = vault.ledgerSigner;
  return await verify(postgres.database, { publicKey, origin: name, former, store });
}

const signs = (note: string, { ledgerSigner: { name, publicKey } }: Vault) =>
  openNote(note, { name, publicKey }) !== undefined;

describe("changing the ledger's key", () => {
  let first: Node;
  let second: Node;

  test("lets both sign once a node was started again, and the log verifies for who knows either", async () => {
    first = await startNode();
    await first.publish();
    await first.keys.rotate();
    assert.ok(signs(await first.publish(), first.vault), "a node that runs signs on");
    second = await startNode();
    await assert.rejects(second.keys.rotate(), { code: "invalid-request" });
    const note = await second.publish();
    assert.ok(signs(note, first.vault) && signs(note, second.vault));
    for (const node of [first, second]) {
      const verdict = await verdictOf(node);
      assert.ok(verdict.ok, JSON.stringify(verdict));
    }
  });

  test("stops a node that does not know the next key from signing after it, and nothing else of it", async () => {
    await assert.rejects(first.publish(), { code: "key-unavailable" });
    await first.ledger.record([entry()]);
    await second.publish();
  });

  test("ends the former key: it signs no more, and speaks only for what the log was then", async () => {
    assert.equal(await second.keys.finish(), true);
    assert.equal(await second.keys.finish(), false);
    const third = await startNode();
    const note = await third.publish();
    assert.ok(signs(note, third.vault) && !signs(note, first.vault));
    const verdict = await verdictOf(third);
    assert.ok(verdict.ok, JSON.stringify(verdict));
    const { publicKey, name } = third.vault.ledgerSigner;
    const alone = await verify(postgres.database, { publicKey, origin: name, store });
    assert.ok(!alone.ok, "the former key signed the beginning");
    // The one in the database or the one in the store: whichever is read first.
    assert.match(alone.problem.kind, /^(checkpoint|published)-forged$/);
    const [row] = await postgres.database.query<{ wrapped_key: unknown }>(
      "select wrapped_key from vault.former_ledger_key",
    );
    assert.equal(row?.wrapped_key, null);
  });

  test("stands in the log with the keys' hashes", async () => {
    const entries = [
      ...(await second.ledger.entries({ action: "key.create" })),
      ...(await second.ledger.entries({ action: "key.destroy" })),
    ];
    assert.deepEqual(
      entries.map(({ entry: { action, item, digest } }) => [action, item, digest?.length]),
      [
        ["key.create", "ledger-signing-key", 71],
        ["key.destroy", "ledger-signing-key", 71],
      ],
    );
  });

  test("cannot be ended before the next key has signed", async () => {
    const node = await startNode();
    await node.keys.rotate();
    const next = await startNode();
    await assert.rejects(next.keys.finish(), { code: "invalid-request" });
  });

  test("gives no way in: a key that the database's owner names, or one whose end they move, opens nothing", async () => {
    await postgres.database.query("insert into vault.former_ledger_key (public_key, retired) values ($1, $1)", [
      Buffer.alloc(32, 7),
    ]);
    await assert.rejects(openTestVault(postgres.database), { code: "key-unavailable" });
    await postgres.database.query("delete from vault.former_ledger_key where public_key = $1", [Buffer.alloc(32, 7)]);
    await openTestVault(postgres.database);
  });
});
