/** Ledger appends per second, durable, sequencer running, beside a plain INSERT of the same bytes. */
import { createLedger, type AuditLog } from "@ward/ledger";
import { systemClock, type AuditEntry, type Database } from "@ward/core";
import { connect, migrate, startEmbeddedPostgres } from "@ward/postgres";
import { memoryCustody } from "@ward/vault/testing";
import { openVault } from "@ward/vault";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rate, type Figure } from "./figures.ts";

const WRITERS = 32;
const ROUND_MS = 2_000;
const ROUNDS = 5;

export async function measureLedger(): Promise<readonly Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), "ward-bench-"));
  const server = await startEmbeddedPostgres({ dataDir: join(folder, "pg"), socketDir: join(folder, "s") });
  const database = connect(server.connection);
  try {
    await migrate(database);
    const vault = await openVault({ database, custody: memoryCustody(), tenant: "bench", clock: systemClock });
    const ledger = createLedger({ database, clock: systemClock, signer: vault.ledgerSigner });
    const sequencer = ledger.startSequencer({ intervalMs: 200 });
    const records = await rounds(async () => await ledger.record([entry()]));
    const appends = await rounds(async () => await appendAlone(database, ledger));
    await sequencer.flush();
    await sequencer.stop();
    await database.query("create table plain (id bigint generated always as identity, body bytea not null)");
    const bytes = Buffer.from(JSON.stringify(entry()));
    const plain = await rounds(
      async () => void (await database.query("insert into plain (body) values ($1)", [bytes])),
    );
    const conditions = `${WRITERS} writers, ${ROUNDS} rounds of ${ROUND_MS / 1000} s, synchronous commit, sequencer signing checkpoints`;
    return [
      {
        what: "ledger records",
        value: rate(records, "entries/s"),
        conditions: `${conditions}; concurrent calls share a commit`,
      },
      {
        what: "  one transaction each",
        value: rate(appends, "entries/s"),
        conditions: `${conditions}; BEGIN, append, COMMIT`,
      },
      {
        what: "  peer: plain INSERT",
        value: rate(plain, "rows/s"),
        conditions: "same bytes, same server, no tree, one statement each",
      },
    ];
  } finally {
    await database.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function appendAlone(database: Database, ledger: AuditLog): Promise<void> {
  await database.transaction(async (tx) => await ledger.append(tx, [entry()]));
}

async function rounds(act: () => Promise<void>): Promise<readonly number[]> {
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const started = performance.now();
    let done = 0;
    const writer = async (): Promise<void> => {
      while (performance.now() - started < ROUND_MS) {
        await act();
        done += 1;
      }
    };
    await Promise.all(Array.from({ length: WRITERS }, writer));
    rates.push(done / ((performance.now() - started) / 1000));
  }
  return rates;
}

function entry(): AuditEntry {
  return {
    time: new Date().toISOString(),
    principal: "function:lab-result",
    action: "fhir.create",
    resource: { type: "Observation", tag: "EliP9fNmqNSe0LE0zNhHlQ" },
    subject: "6Snp-dH5Blq_ZYadutVynw",
    purpose: "TREAT",
    decision: "allow",
    policies: ["grant:lab-result:fhir.create:Observation"],
    outcome: "success",
    trace: "0f6e659c27c7dce3f5c1ee27591a984f",
  };
}
