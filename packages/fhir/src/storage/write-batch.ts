/**
 * Writes a batch of records, all or nothing, in a handful of round trips whatever its size: locks and candidates of
 * conditional creates, current versions and patients, data keys, then one insert. Every check comes before the first
 * write, so that a refused batch leaves the caller's transaction as it was.
 *
 * INVARIANT: two conditional creates that could match each other's resource never run at the same time: both lock the
 * blind indexes of their criteria and of their resource's identifiers until commit.
 */
import { WardError, type Clock, type Transaction } from "@ward/core";
import type { Touched } from "@ward/access";
import type { CompartmentId, Vault } from "@ward/vault";
import { atEntry, resolveReferences, type Entry } from "../interactions/bundle.ts";
import type { Interaction } from "../interactions/call.ts";
import { compartmentOf, type Compartment } from "./compartment.ts";
import { canonicalCriteria, type Criteria } from "../search/criteria.ts";
import { isObject, type JsonObject } from "../json.ts";
import * as storage from "./record-storage.ts";
import { CANDIDATES_MAX, meets, tokenQuery, tooMany } from "../query/run-search.ts";
import { keyReadsOnce, openRecord, sealResource, type OpenRecord } from "./sealed-record.ts";
import { identifierKeys, tokensOf } from "../search/search-values.ts";
import { invalid, validate } from "../validate.ts";

export type WriteInteraction = Extract<Interaction, { kind: "create" | "update" }>;
export type WriteEntry = Entry & { readonly interaction: WriteInteraction };

export interface WriteResult {
  readonly index: number;
  /** `matched`: a conditional create found its resource. */
  readonly outcome: "created" | "updated" | "matched";
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly resource: JsonObject;
  readonly touched: Touched;
}

export interface BatchTools {
  readonly vault: Vault;
  readonly clock: Clock;
  readonly newId: () => string;
}

/** A write with its final resource but for the version. */
interface Draft {
  readonly entry: WriteEntry;
  readonly id: string;
  readonly resource: JsonObject;
  readonly compartment: Compartment;
}

export async function writeBatch(
  tools: BatchTools,
  tx: Transaction,
  entries: readonly WriteEntry[],
  isBundle: boolean,
): Promise<readonly WriteResult[]> {
  const keys = keyReadsOnce(tx);
  const matched = await matchConditional(tools, tx, keys, entries);
  const ids = assignIds(tools, entries, matched);
  const drafts = makeDrafts(entries, ids, matched, isBundle);
  const heads = await checkAgainstStored(tx, drafts, ids, isBundle);
  await createKeys(tools, tx, drafts, heads);
  const results = await seal(tools, tx, keys, drafts, heads);
  return entries.map((entry) => {
    const id = ids.get(entry) as string;
    const written = results.get(id);
    const found = matched.get(entry);
    if (found?.kind === "stored") return resultOf(entry, "matched", found.record);
    if (!written) throw new WardError("internal", { reason: "entry-without-result" });
    return found ? { ...written, index: entry.index, outcome: "matched" as const } : written;
  });
}

/** What a conditional create found: a stored record, or an earlier entry of the batch with the same criteria. */
type Found =
  { readonly kind: "stored"; readonly record: OpenRecord } | { readonly kind: "entry"; readonly entry: WriteEntry };

interface Conditional {
  readonly entry: WriteEntry;
  readonly criteria: Criteria;
  readonly query: storage.TokenQuery;
}

async function matchConditional(
  { vault }: BatchTools,
  tx: Transaction,
  keys: ReturnType<typeof keyReadsOnce>,
  entries: readonly WriteEntry[],
): Promise<ReadonlyMap<WriteEntry, Found>> {
  const conditional = entries.flatMap((entry) => {
    const criteria = entry.interaction.kind === "create" ? entry.interaction.ifNoneExist : undefined;
    return criteria ? [{ entry, criteria, query: tokenQuery(vault, criteria) }] : [];
  });
  if (conditional.length === 0) return new Map();
  // Mostly the resource is there, and then nobody needs to wait for anybody.
  const known = await findMatches(vault, tx, keys, conditional);
  if (conditional.every(({ entry }) => known.get(entry)?.kind === "stored")) return known;
  const locks = conditional.flatMap(({ entry: { interaction }, query }) => [
    ...query.anyOf.flat(),
    ...identifierKeys(interaction.resource).map((key) => vault.blindIndex(`${interaction.type}.identifier`, key)),
  ]);
  await storage.lockTokens(tx, locks);
  // A statement sees what committed before it began, so the look that counts is one after the lock.
  return await findMatches(vault, tx, keys, conditional);
}

async function findMatches(
  vault: Vault,
  tx: Transaction,
  keys: ReturnType<typeof keyReadsOnce>,
  conditional: readonly Conditional[],
): Promise<ReadonlyMap<WriteEntry, Found>> {
  const found = new Map<WriteEntry, Found>();
  const records = await findCandidates(vault, tx, keys, conditional);
  const first = new Map<string, WriteEntry>();
  for (const { entry, criteria } of conditional) {
    const hits = records.filter(({ resource }) => meets(resource, criteria));
    if (hits.length > 1) throw new WardError("multiple-matches", { type: criteria.type, entry: entry.index });
    const canonical = canonicalCriteria(criteria);
    const earlier = first.get(canonical);
    if (hits[0]) found.set(entry, { kind: "stored", record: hits[0] });
    else if (earlier) found.set(entry, { kind: "entry", entry: earlier });
    else first.set(canonical, entry);
  }
  return found;
}

/** Rows that might meet any of the criteria, opened. One criterion of each is asked for; matching sees to the rest. */
async function findCandidates(
  vault: Vault,
  tx: Transaction,
  keys: ReturnType<typeof keyReadsOnce>,
  conditional: readonly Conditional[],
): Promise<readonly OpenRecord[]> {
  const byToken = conditional.flatMap(({ query: { anyOf } }) => anyOf[0] ?? []);
  const rows = [...(byToken.length > 0 ? await storage.findCandidates(tx, byToken, CANDIDATES_MAX + 1) : [])];
  for (const { query } of conditional) {
    if (query.anyOf.length === 0) rows.push(...(await storage.findByTokens(tx, query, CANDIDATES_MAX + 1)));
  }
  if (rows.length > CANDIDATES_MAX && conditional[0]) throw tooMany(conditional[0].criteria);
  const distinct = new Map(rows.map((row) => [`${row.type}/${row.id}`, row]));
  return await Promise.all([...distinct.values()].map((row) => openRecord(vault, keys, row)));
}

function assignIds(
  { newId }: BatchTools,
  entries: readonly WriteEntry[],
  matched: ReadonlyMap<WriteEntry, Found>,
): ReadonlyMap<WriteEntry, string> {
  const ids = new Map<WriteEntry, string>();
  for (const entry of entries) {
    const found = matched.get(entry);
    if (found?.kind === "stored") ids.set(entry, found.record.id);
    else if (found) ids.set(entry, ids.get(found.entry) as string);
    else ids.set(entry, entry.interaction.kind === "update" ? entry.interaction.id : newId());
  }
  return ids;
}

function makeDrafts(
  entries: readonly WriteEntry[],
  ids: ReadonlyMap<WriteEntry, string>,
  matched: ReadonlyMap<WriteEntry, Found>,
  isBundle: boolean,
): Draft[] {
  const targets = new Map<string, string>();
  for (const [entry, id] of ids) if (entry.fullUrl) targets.set(entry.fullUrl, `${entry.interaction.type}/${id}`);
  return entries
    .filter((entry) => !matched.has(entry))
    .map((entry) =>
      atEntry(entry, isBundle, () => {
        const id = ids.get(entry) as string;
        const { meta, ...rest } = resolveReferences(entry.interaction.resource, targets);
        if (meta !== undefined && !isObject(meta)) throw invalid([`${entry.interaction.type}.meta: structure`]);
        const resource = withIdentity(rest, id, meta ?? {});
        validate(resource);
        return { entry, id, resource, compartment: compartmentOf(resource) };
      }),
    );
}

/** `meta` gets its version and time when the version is known; until then placeholders that are valid R4. */
function withIdentity(rest: JsonObject, id: string, meta: JsonObject): JsonObject {
  const { resourceType, id: _ignored, ...elements } = rest;
  return {
    resourceType: resourceType as string,
    id,
    meta: { ...meta, versionId: "1", lastUpdated: "2000-01-01T00:00:00Z" },
    ...elements,
  };
}

/** Current versions of what is updated, by `Type/id`, after all checks that need the database. */
async function checkAgainstStored(
  tx: Transaction,
  drafts: readonly Draft[],
  ids: ReadonlyMap<WriteEntry, string>,
  isBundle: boolean,
): Promise<ReadonlyMap<string, storage.RecordHead>> {
  const updates = drafts.filter(({ entry }) => entry.interaction.kind === "update");
  const ours = new Set([...ids].filter(([entry]) => entry.interaction.type === "Patient").map(([, id]) => id));
  const subjects = new Set(
    drafts.flatMap(({ compartment: { subjectId } }) => subjectId ?? []).filter((id) => !ours.has(id)),
  );
  const targets = updates.map(({ entry, id }) => ({ type: entry.interaction.type, id }));
  const rows = await storage.lockRecords(tx, targets);
  const patients = await storage.findPatients(tx, [...subjects]);
  const heads = new Map(rows.map((row) => [`${row.type}/${row.id}`, row]));
  for (const { entry, id, compartment } of drafts) {
    const { interaction } = entry;
    atEntry(entry, isBundle, () => {
      const { subjectId } = compartment;
      if (subjectId !== undefined && !ours.has(subjectId) && !patients.has(subjectId)) {
        throw invalid([`${interaction.type}: patient-not-found`]);
      }
      if (interaction.kind === "update") checkHead(interaction, heads.get(`${interaction.type}/${id}`), subjectId);
    });
  }
  return heads;
}

function checkHead(
  { type, ifMatch }: Extract<WriteInteraction, { kind: "update" }>,
  head: storage.RecordHead | undefined,
  subjectId: string | undefined,
): void {
  if (!head) throw new WardError("method-not-allowed", { type, reason: "update-as-create" });
  if (head.deleted) throw new WardError("gone", { type });
  if (ifMatch !== undefined && ifMatch !== head.version) throw new WardError("version-conflict", { type });
  // Earlier versions stay sealed under the first patient's key; moving the record would split its history.
  if ((head.subject_id ?? undefined) !== subjectId) throw invalid([`${type}: compartment-change`]);
}

async function createKeys(
  { vault }: BatchTools,
  tx: Transaction,
  drafts: readonly Draft[],
  heads: ReadonlyMap<string, storage.RecordHead>,
): Promise<void> {
  const created = new Set<CompartmentId>();
  for (const { entry, id, compartment } of drafts) {
    if (entry.interaction.type === "Patient" && !heads.has(`Patient/${id}`)) created.add(compartment.id);
  }
  for (const compartment of created) await vault.createCompartment(tx, compartment);
}

async function seal(
  { vault, clock }: BatchTools,
  tx: Transaction,
  keys: ReturnType<typeof keyReadsOnce>,
  drafts: readonly Draft[],
  heads: ReadonlyMap<string, storage.RecordHead>,
): Promise<ReadonlyMap<string, WriteResult>> {
  const lastUpdated = clock.now();
  const results = new Map<string, WriteResult>();
  const sealed = await Promise.all(
    drafts.map(async ({ entry, id, resource: draft, compartment }) => {
      const { type } = entry.interaction;
      const version = (heads.get(`${type}/${id}`)?.version ?? 0) + 1;
      const meta = {
        ...(draft["meta"] as JsonObject),
        versionId: `${version}`,
        lastUpdated: lastUpdated.toISOString(),
      };
      const resource = { ...draft, meta };
      const subjectId = compartment.subjectId;
      results.set(
        id,
        resultOf(entry, version === 1 ? "created" : "updated", { type, id, version, subjectId, resource }),
      );
      const tokens = tokensOf(resource, (domain, value) => vault.blindIndex(domain, value));
      const body = await sealResource(vault, keys, compartment.id, version, resource);
      return { type, id, version, subjectId, lastUpdated, tokens, body };
    }),
  );
  await storage.insertVersions(tx, sealed, [...heads.values()]);
  return results;
}

function resultOf({ index }: WriteEntry, outcome: WriteResult["outcome"], record: OpenRecord): WriteResult {
  const { type, id, version, subjectId, resource } = record;
  const touched = { type, id, ...(subjectId === undefined ? {} : { subjectId }) };
  return { index, outcome, type, id, version, resource, touched };
}
