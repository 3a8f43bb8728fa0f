/**
 * Writes records, all or nothing. What can be refused is refused before anything is written, so that a refused batch
 * leaves the caller's transaction as it was.
 *
 * Where the session shares its commit with others (`isShared`), nothing can be locked: the versions read here are the
 * condition under which `fhir.write_versions` writes, and writers of one record on this node take turns instead.
 */
import type { RecordWriter } from "@ward/access";
import { WardError, type Clock } from "@ward/core";
import type { CompartmentId, CompartmentKeys, Vault } from "@ward/vault";
import type { JsonObject } from "../json.ts";
import { NO_CARD, sealCard } from "./card.ts";
import { compartmentId } from "./compartment.ts";
import type { PreparedWrite, WriteResult } from "./contract.ts";
import { findHeads, lockHeads, type RecordHead, type StoredKey } from "./read-records.ts";
import { sealResource } from "./sealed-record.ts";
import type { Turns } from "./turns.ts";
import { valuesOf, WRITE_VERSIONS, type NextVersion } from "./write-versions.ts";

export interface WriteTools {
  readonly vault: Vault;
  readonly clock: Clock;
  readonly turns: Turns;
}

const NO_TOKENS = new BigInt64Array(0);
const NO_HEADS: ReadonlyMap<string, RecordHead> = new Map();

/** A write and the version that it replaces. */
interface Step {
  readonly write: PreparedWrite;
  readonly head: RecordHead | undefined;
}

export async function writeRecords(
  tools: WriteTools,
  writer: RecordWriter,
  writes: readonly PreparedWrite[],
): Promise<readonly WriteResult[]> {
  const heads = await readHeads(tools, writer, writes);
  const steps = writes.map((write, place) => {
    const step = { write, head: heads.size === 0 ? undefined : heads.get(nameOf(write)) };
    check(step, place);
    return step;
  });
  const keys = await loadKeys(tools, writer, steps);
  const now = tools.clock.now();
  const versions: NextVersion[] = [];
  const results = steps.map((step): WriteResult => {
    if (!isMade(step)) return absent(step, now);
    const { version, result } = sealStep(keys, step, now);
    versions.push(version);
    return result;
  });
  if (versions.length > 0) {
    if (writer.isShared) writer.tx.insertAtCommit(WRITE_VERSIONS, versions);
    else writer.tx.send(WRITE_VERSIONS.text, valuesOf(versions));
  }
  return results;
}

/** By `Type/record id`. A create makes a record id of its own, and finds none. */
async function readHeads(
  { turns }: WriteTools,
  writer: RecordWriter,
  writes: readonly PreparedWrite[],
): Promise<ReadonlyMap<string, RecordHead>> {
  const targets = new Map<string, StoredKey>();
  if (writes.every(({ kind }) => kind === "create")) return NO_HEADS;
  for (const write of writes) {
    if (write.kind === "create") continue;
    const name = nameOf(write);
    if (targets.has(name)) throw new WardError("invalid-request", { reason: "repeated-resource" });
    targets.set(name, { type: write.type, recordId: write.recordId });
  }
  if (writer.isShared) writer.onEnd(await turns.take(targets.keys()));
  const keys = [...targets.values()];
  const heads = writer.isShared ? await findHeads(writer.sql, keys) : await lockHeads(writer.tx, keys);
  return new Map(heads.map((head) => [`${head.type}/${head.id}`, head]));
}

/** There is something to delete. */
function isMade({ write, head }: Step): boolean {
  return write.kind !== "delete" || (head !== undefined && !head.deleted);
}

function check({ write: { kind, type, ifMatch }, head }: Step, place: number): void {
  if (ifMatch === undefined || kind === "create") return;
  if (ifMatch !== (head?.version ?? 0)) throw new WardError("version-conflict", { type, entry: place });
}

async function loadKeys(
  { vault }: WriteTools,
  { sql }: RecordWriter,
  steps: readonly Step[],
): Promise<CompartmentKeys> {
  const wanted = new Set<CompartmentId>();
  for (const step of steps)
    if (isMade(step)) wanted.add(compartmentId(step.write.type, subjectOf(step.write, step.head)));
  const keys = await vault.loadKeys(sql, wanted);
  if (keys.missing.length === 0) return keys;
  await vault.makeCompartments(keys.missing);
  return await vault.loadKeys(sql, wanted);
}

function sealStep(
  keys: CompartmentKeys,
  { write, head }: Step,
  now: Date,
): { readonly version: NextVersion; readonly result: WriteResult } {
  const { type, id, recordId, draft } = write;
  const version = (head?.version ?? 0) + 1;
  // A clock that was set back must not put a version before the one that it replaces.
  const lastUpdated = head && head.last_updated > now ? head.last_updated : now;
  const subjectId = subjectOf(write, head);
  const resource = withMeta(draft?.resource ?? { resourceType: type, id }, version, lastUpdated);
  const { body, json } = sealResource(keys, { type, recordId, version, subjectId }, resource);
  const tokens = draft?.tokens ?? NO_TOKENS;
  const card = draft ? sealCard(keys, { type, recordId, version }, subjectId, resource) : NO_CARD;
  const touched = { type, id: recordId, ...(subjectId === undefined ? {} : { subjectId }) };
  const common = { type, id, version, lastUpdated, touched };
  return {
    version: { type, id: recordId, version, subjectId, lastUpdated, deleted: !draft, tokens, body, card },
    result: draft
      ? { ...common, outcome: !head || head.deleted ? "created" : "updated", resource, json }
      : { ...common, outcome: "deleted" },
  };
}

function withMeta(resource: JsonObject, version: number, lastUpdated: Date): JsonObject {
  const meta = resource["meta"] as JsonObject | undefined;
  return { ...resource, meta: { ...meta, versionId: `${version}`, lastUpdated: lastUpdated.toISOString() } };
}

function absent({ write: { type, id }, head }: Step, now: Date): WriteResult {
  return { outcome: "absent", type, id, version: head?.version ?? 0, lastUpdated: head?.last_updated ?? now };
}

/** A tombstone lies where the version lay that it replaces. */
function subjectOf({ draft }: PreparedWrite, head: RecordHead | undefined): string | undefined {
  return draft ? draft.subjectId : (head?.subject_id ?? undefined);
}

function nameOf({ type, recordId }: PreparedWrite): string {
  return `${type}/${recordId}`;
}
