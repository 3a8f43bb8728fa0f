/**
 * A log of millions of entries in minutes: entries, leaf hashes, tiles and checkpoints are made here and put straight
 * into their tables, whose indexes are built afterwards. What comes out verifies like any other.
 */
import {
  canonicalEntry,
  type CheckpointSigner,
  checkpointText,
  GrowingTree,
  hashLeaf,
  signNote,
  type Tile,
} from "@ward/ledger/testing";
import type { AuditEntry, Database } from "@ward/core";
import { createHash } from "node:crypto";

const PAGE = 16_384;
const CHECKPOINT_ENTRIES = 65_536;
const ENTRIES_PER_TRACE = 4;
/** A patient has so many entries, scattered over the whole log, each in a trace of its own. */
export const ENTRIES_PER_PATIENT = 500;

interface Log {
  readonly database: Database;
  readonly signer: CheckpointSigner;
  readonly size: number;
  readonly onProgress?: (filled: number) => void;
}

/** The log MUST be empty. */
export async function fillLog({ database, signer, size, onProgress }: Log): Promise<void> {
  const indexes = await dropIndexes(database);
  const tree = new GrowingTree();
  const patients = Math.max(
    1,
    Math.floor(((size / ENTRIES_PER_TRACE) * (ENTRIES_PER_TRACE - 1)) / ENTRIES_PER_PATIENT),
  );
  const tags = Array.from({ length: patients }, (_, patient) => patientTag(patient));
  for (let first = 0; first < size; first += PAGE) {
    const entries = Array.from({ length: Math.min(PAGE, size - first) }, (_, at) => entryAt(first + at, tags));
    const bodies = entries.map(canonicalEntry);
    const leaves = bodies.map((body) => hashLeaf(Buffer.from(body, "latin1")));
    const full = leaves.flatMap((leaf) => tree.add(leaf));
    await insertPage(database, first, entries, bodies, leaves);
    await writeTiles(database, full);
    if (tree.size % CHECKPOINT_ENTRIES === 0 || tree.size === size) await writeCheckpoint(database, signer, tree);
    onProgress?.(tree.size);
  }
  await writeTiles(database, tree.partialTiles());
  for (const index of indexes) await database.query(index);
  for (const table of ["entry", "tile", "checkpoint"]) await database.query(`vacuum analyze ledger.${table}`);
}

/** The tag of one of the log's patients. */
export function patientTag(patient: number): string {
  return tagOf(`patient ${patient}`);
}

function entryAt(index: number, tags: readonly string[]): AuditEntry {
  const trace = Math.floor(index / ENTRIES_PER_TRACE);
  const step = index % ENTRIES_PER_TRACE;
  const common = {
    time: new Date(Date.UTC(2025, 0, 1) + index * 10).toISOString(),
    principal: `function:step-${trace % 40}`,
    purpose: "TREAT",
    decision: "allow",
    outcome: "success",
    release: `sha256:${"ab".repeat(32)}`,
    trace: trace.toString(16).padStart(32, "0"),
  } as const;
  // What starts a trace is about nobody yet.
  if (step === 0) return { ...common, action: "function.invoke", resource: { type: "Function" }, policies: [] };
  return {
    ...common,
    action: step === 1 ? "fhir.read" : "fhir.create",
    resource: { type: "Observation", tag: tagOf(`record ${index}`) },
    policies: ["grant:lab-result:fhir.create:Observation"],
    subject: tags[(trace * (ENTRIES_PER_TRACE - 1) + step - 1) % tags.length] ?? "",
  };
}

async function insertPage(
  database: Database,
  first: number,
  entries: readonly AuditEntry[],
  bodies: readonly string[],
  leaves: readonly Uint8Array[],
): Promise<void> {
  await database.query(
    `insert into ledger.entry (index, leaf_hash, body, subject, principal, action, trace)
     select $1::bigint + place - 1, leaf_hash, convert_to(body, 'UTF8'), subject, principal, action, trace
       from unnest($2::bytea[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[]) with ordinality
              as given(leaf_hash, body, subject, principal, action, trace, place)`,
    [
      first,
      leaves,
      bodies,
      entries.map(({ subject }) => subject ?? null),
      entries.map(({ principal }) => principal),
      entries.map(({ action }) => action),
      entries.map(({ trace }) => trace),
    ],
  );
}

async function writeTiles(database: Database, tiles: readonly Tile[]): Promise<void> {
  await database.query(
    `insert into ledger.tile (level, index, width, hashes)
     select * from unnest($1::integer[], $2::bigint[], $3::integer[], $4::bytea[])`,
    [
      tiles.map(({ level }) => level),
      tiles.map(({ index }) => index),
      tiles.map(({ hashes }) => hashes.length),
      tiles.map(({ hashes }) => Buffer.concat(hashes)),
    ],
  );
}

async function writeCheckpoint(database: Database, signer: CheckpointSigner, tree: GrowingTree): Promise<void> {
  const root = tree.root();
  await database.query("insert into ledger.checkpoint (size, root, note, created_at) values ($1, $2, $3, now())", [
    tree.size,
    Buffer.from(root),
    signNote(checkpointText({ origin: signer.name, size: tree.size, root }), signer),
  ]);
}

/** Building an index over a full table costs a fraction of keeping it with each row. Answers how to make them again. */
async function dropIndexes(database: Database): Promise<readonly string[]> {
  const rows = await database.query<{ name: string; definition: string }>(
    `select indexname as name, indexdef as definition from pg_indexes
      where schemaname = 'ledger' and tablename = 'entry' and indexname <> 'entry_pkey'`,
  );
  for (const { name } of rows) await database.query(`drop index ledger.${name}`);
  return rows.map(({ definition }) => definition);
}

function tagOf(what: string): string {
  return createHash("sha256").update(what).digest("base64url").slice(0, 22);
}
