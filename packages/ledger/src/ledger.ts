/**
 * The tamper-evident audit log (45 CFR 164.312(b)). Entries commit in the transaction of the act they record; the
 * sequencer places them into the tree within a second; anyone with the public key can check that nothing was altered.
 */
import {
  assert,
  type AuditEntry,
  type Clock,
  type Database,
  type InsertAtCommit,
  type Sql,
  WardError,
} from "@ward/core";
import type { CheckpointSigner, Ledger } from "./contract.ts";
import { canonicalBody } from "./entry-shape.ts";
import { type Checkpoint, openCheckpoint } from "./note.ts";
import { formatProof } from "./proof.ts";
import type { LedgerStore } from "./publication/ledger-store.ts";
import type { PublicationParts } from "./publication/publish-step.ts";
import { type Publisher, type PublisherOptions, runPublisher } from "./publication/publisher.ts";
import { readMinimumIndex } from "./retention/minimum-index.ts";
import { readLastNote, runSequencer, type Sequencer, type SequencerOptions } from "./sequencer.ts";
import { SubtreeCache } from "./stored-subtrees.ts";
import {
  type ConsistencyProof,
  hashLeaf,
  type InclusionProof,
  proveConsistencyFrom,
  proveInclusionFrom,
  verifyInclusion,
} from "./tree.ts";

export interface EntryFilter {
  /** Pseudonym of a patient, as in `AuditEntry.subject`. */
  readonly subjectTag?: string;
  /** `principalName` of who acted. */
  readonly principal?: string;
  readonly action?: AuditEntry["action"];
  readonly traceId?: string;
  /** Only entries with this index or a higher one. */
  readonly since?: number;
  /** At most so many; 100 unless told. */
  readonly limit?: number;
  /** Newest first; oldest first unless told. */
  readonly newestFirst?: boolean;
}

export interface PlacedEntry {
  readonly index: number;
  readonly entry: AuditEntry;
}

export interface ProvenEntry {
  readonly proof: InclusionProof;
  /** The canonical bytes whose hash is the leaf. */
  readonly body: Buffer;
  /** The signed checkpoint that the proof leads to. */
  readonly note: string;
  /** All of it as a C2SP `.tlog-proof`. */
  readonly text: string;
}

export interface AuditLog extends Ledger {
  startSequencer(options: SequencerOptions): Sequencer;
  /** From then on, until it is stopped, acts of this node stop where publication lags as far as its options say. */
  startPublisher(store: LedgerStore, options?: PublisherOptions & Pick<PublicationParts, "cosign">): Publisher;
  /** Placed entries, those not yet placed are not in it. */
  entries(filter?: EntryFilter): Promise<readonly PlacedEntry[]>;
  /** The last checkpoint, verified; undefined where there is none. Throws where it is not this log's. */
  checkpoint(): Promise<(Checkpoint & { readonly note: string }) | undefined>;
  /** Proof that entry `index` is in the last checkpoint's tree; undefined where it is not. */
  proveInclusion(index: number): Promise<ProvenEntry | undefined>;
  /** Proof that the tree of `to` entries extends the one of `from`; undefined where there is no such tree. */
  proveConsistency(from: number, to: number): Promise<ConsistencyProof | undefined>;
}

export interface LedgerOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly signer: CheckpointSigner;
  /** First line of every checkpoint; equals the signer's name (C2SP tlog-checkpoint). */
  readonly origin?: string;
}

export function createLedger({ database, clock, signer, origin = signer.name }: LedgerOptions): AuditLog {
  assert(origin === signer.name, "a log's key is named for its origin");
  const nudges = new Set<() => void>();
  const nudge = (): void => nudges.forEach((wake) => wake());
  const checkpointNudges = new Set<() => void>();
  const onCheckpoint = (): void => checkpointNudges.forEach((wake) => wake());
  const publishers = new Set<Publisher>();
  const admit = (entries: readonly AuditEntry[]): void => publishers.forEach((publisher) => publisher.admit(entries));
  const record = groupRecords(database, nudge);
  const checkpoints = new CheckpointReader(signer);
  const subtrees = new SubtreeCache();
  return {
    async append(tx, entries) {
      admit(entries);
      tx.insertAtCommit(INSERT, entries.map(canonicalBody));
      tx.onCommit(nudge);
    },
    async record(entries) {
      admit(entries);
      await record(entries);
    },
    startSequencer: (options) =>
      runSequencer({ database, clock, signer, onCheckpoint }, options, (wake) => enlist(nudges, wake)),
    startPublisher(store, { cosign, ...options } = {}) {
      const parts = { database, clock, signer, store, ...(cosign && { cosign }) };
      const publisher = runPublisher(parts, options, (wake) => enlist(checkpointNudges, wake));
      const leave = enlist(publishers, publisher);
      return { ...publisher, stop: async () => await publisher.stop().finally(leave) };
    },
    entries: async (filter = {}) => await findEntries(database, filter),
    checkpoint: async () => await checkpoints.read(database),
    proveInclusion: async (index) => await proveEntry(database, checkpoints, subtrees, index),
    async proveConsistency(from, to) {
      const last = await checkpoints.read(database);
      if (!Number.isSafeInteger(from) || from < 0 || from > to || to > (last?.size ?? 0)) return undefined;
      // The hashes that a tree below the minimum index was made of are gone.
      if (from > 0 && from < (await readMinimumIndex(database))) return undefined;
      return await new SubtreeCache().lend(database, async (source) => await proveConsistencyFrom(source, from, to));
    },
  };
}

function enlist<T>(members: Set<T>, member: T): () => void {
  members.add(member);
  return () => members.delete(member);
}

/**
 * Calls that come while a write is under way wait for the next one and share it: one commit, however many callers.
 * Each returns only after the commit that holds its entries.
 */
function groupRecords(database: Database, nudge: () => void): Ledger["record"] {
  let waiting: { readonly bodies: readonly Buffer[]; readonly settle: (error?: unknown) => void }[] = [];
  let writing = false;
  const drain = async (): Promise<void> => {
    if (writing) return;
    writing = true;
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      try {
        await insert(
          database,
          group.flatMap(({ bodies }) => bodies),
        );
        for (const { settle } of group) settle();
        nudge();
      } catch (error) {
        for (const { settle } of group) settle(error);
      }
    }
    writing = false;
  };
  return async (entries) => {
    // A broken entry fails its own caller here and nobody else's.
    const bodies = entries.map(canonicalBody);
    await new Promise<void>((resolve, reject) => {
      waiting.push({ bodies, settle: (error) => (error === undefined ? resolve() : reject(error as Error)) });
      void drain();
    });
  };
}

/** INVARIANT: one statement. It runs in the commit of the acting transaction, or alone as one durable commit. */
const INSERT: InsertAtCommit = {
  text: `insert into ledger.pending (body)
       select body from unnest($1::bytea[]) with ordinality as given(body, place) order by place`,
  failure: (state) => new WardError("record-unavailable", { cause: state }),
};

async function insert(database: Database, bodies: readonly Buffer[]): Promise<void> {
  if (bodies.length === 0) return;
  try {
    await database.query(INSERT.text, [bodies]);
  } catch (error) {
    const { code } = error as { code?: unknown };
    throw INSERT.failure(typeof code === "string" ? code : "unknown");
  }
}

async function findEntries(database: Database, filter: EntryFilter): Promise<readonly PlacedEntry[]> {
  const { subjectTag, principal, action, traceId, since, limit = 100, newestFirst = false } = filter;
  const conditions = { subject: subjectTag, principal, action, trace: traceId };
  const given = Object.entries(conditions).filter(([, value]) => value !== undefined);
  const where = [...given.map(([column], at) => `${column} = $${at + 3}`), "index >= $1"].join(" and ");
  const rows = await database.query<{ index: bigint; body: Buffer }>(
    `select index, body from ledger.entry
      where ${where} and index >= (select minimum from ledger.pruning) order by index ${newestFirst ? "desc" : "asc"} limit $2`,
    [since ?? 0, limit, ...given.map(([, value]) => value)],
  );
  return rows.map(({ index, body }) => ({
    index: Number(index),
    entry: JSON.parse(body.toString("utf8")) as AuditEntry,
  }));
}

/** Reads the last checkpoint. A note that was opened before need not be opened again. */
class CheckpointReader {
  readonly #signer: CheckpointSigner;
  #last: (Checkpoint & { readonly note: string }) | undefined;

  constructor(signer: CheckpointSigner) {
    this.#signer = signer;
  }

  async read(sql: Sql): Promise<(Checkpoint & { readonly note: string }) | undefined> {
    const last = await readLastNote(sql);
    return last && this.open(last.size, last.note);
  }

  open(size: number, note: string): Checkpoint & { readonly note: string } {
    if (this.#last?.note !== note) {
      const checkpoint = openCheckpoint(note, this.#signer, this.#signer.name);
      assert(checkpoint, "the last checkpoint is one that this log signed");
      this.#last = { ...checkpoint, note };
    }
    assert(this.#last?.size === size, "the last checkpoint is one that this log signed");
    return this.#last;
  }
}

/** Two round trips: checkpoint and body, then the tiles. No proof leaves that does not verify. */
async function proveEntry(
  database: Database,
  checkpoints: CheckpointReader,
  subtrees: SubtreeCache,
  index: number,
): Promise<ProvenEntry | undefined> {
  if (!Number.isSafeInteger(index) || index < 0) return undefined;
  const [row] = await database.query<{ size: bigint; note: string; body: Buffer | null }>(
    `select size, note,
            (select body from ledger.entry where index = $1 and index >= (select minimum from ledger.pruning)) as body
       from ledger.checkpoint order by size desc limit 1`,
    [index],
  );
  if (!row) return undefined;
  const { size, root, note } = checkpoints.open(Number(row.size), row.note);
  const { body } = row;
  if (index >= size || body === null) return undefined;
  const leaf = hashLeaf(body);
  const make = async (): Promise<InclusionProof> =>
    await subtrees.lend(database, async (source) => await proveInclusionFrom(source, index, size));
  let proof = await make();
  if (!verifyInclusion(proof, leaf, root)) {
    subtrees.clear();
    proof = await make();
    assert(
      verifyInclusion(proof, leaf, root),
      "the stored tiles prove the entries: `ward ledger verify` says which do not",
    );
  }
  return { proof, body, note, text: formatProof(proof, note) };
}
