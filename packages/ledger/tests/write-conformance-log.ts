/**
 * Writes `conformance/ledger/log`: a log as this code publishes it, small and the same at every run, for others' tools
 * to verify. argv: folder. The keys are for this log only and known to everybody.
 */
import { createHash, createPrivateKey, createPublicKey, sign } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Clock } from "@ward/core";
import { startTestDatabase } from "@ward/postgres/testing";
import type { CheckpointSigner } from "../src/contract.ts";
import { makeEntries, ORIGIN } from "../src/fixtures.ts";
import { createLedger } from "../src/ledger.ts";
import { verifierKey } from "../src/note.ts";
import { openDirectoryStore } from "../src/publication/directory-store.ts";
import { publishStep } from "../src/publication/publish-step.ts";
import { sequenceBatch } from "../src/sequencer.ts";
import { cosign, cosignatureVerifierKey } from "../src/witness/cosignature.ts";

const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");
/** Sizes of the published checkpoints: one entry, part of a tile, a tile exactly, and over it. */
const SIZES = [1, 100, 256, 300];
const PROVEN = [0, 1, 99, 128, 255, 256, 299];

export async function writeConformanceLog(folder: string): Promise<void> {
  const clock: Clock = { now: () => new Date("2026-01-01T00:00:00.000Z") };
  const [signer, witness] = [keyOf(ORIGIN), keyOf("witness.example/w1")];
  const db = await startTestDatabase();
  try {
    const log = createLedger({ database: db.database, clock, signer });
    const store = await openDirectoryStore(folder);
    const parts = { database: db.database, clock, signer, store };
    const text = (note: string): string => note.slice(0, note.indexOf("\n\n") + 1);
    let size = 0;
    for (const next of SIZES) {
      await log.record(makeEntries(next - size, size));
      await sequenceBatch({ database: db.database, clock, signer }, { wait: true });
      await publishStep({ ...parts, cosign: async (_, note) => [cosign(text(note), witness, clock.now())] }, true);
      size = next;
    }
    await mkdir(join(folder, "proofs"), { recursive: true });
    for (const index of PROVEN) {
      await writeFile(join(folder, "proofs", `${index}.tlog-proof`), (await log.proveInclusion(index))?.text ?? "");
    }
    await writeFile(join(folder, "log.vkey"), `${verifierKey(signer)}\n`);
    await writeFile(join(folder, "witness.vkey"), `${cosignatureVerifierKey(witness)}\n`);
    await writeFile(join(folder, "log.skey"), `${signingKey(signer)}\n`);
  } finally {
    await db.close();
  }
}

function seedOf(name: string): Buffer {
  return createHash("sha256").update(`Ward conformance, ${name}`).digest();
}

function keyOf(name: string): CheckpointSigner {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seedOf(name)]), format: "der", type: "pkcs8" });
  const publicKey = createPublicKey(key as never)
    .export({ format: "der", type: "spki" })
    .subarray(-32);
  return { name, publicKey, sign: (message) => sign(null, message, key) };
}

/** As Go's `sumdb/note` writes signing keys: for the forgeries that the second implementation must refuse. */
function signingKey(signer: CheckpointSigner): string {
  const [name, id] = verifierKey(signer).split("+");
  return `PRIVATE+KEY+${name}+${id}+${Buffer.concat([Buffer.of(1), seedOf(signer.name)]).toString("base64")}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await writeConformanceLog(process.argv[2] ?? "");
}
