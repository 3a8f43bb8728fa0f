/**
 * The writes of a call: conditions, ids, references to each other, patches, then one write of all. Nothing is written
 * before everything that can be refused was.
 */
import type { Touched } from "@ward/access";
import { assert, WardError, type FhirAnswer } from "@ward/core";
import type { JsonObject } from "../json.ts";
import type { PreparedWrite, RecordWrite, WriteResult } from "../storage/contract.ts";
import { invalid } from "../validate.ts";
import { answerWritten } from "./answer-written.ts";
import { atEntry, placing } from "./bundle/entry-error.ts";
import {
  conditionalReferences,
  resolveConditional,
  resolveReferences,
  type ReferenceTargets,
} from "./bundle/resolve-references.ts";
import { actKey, type EntryCall, type EntryTools, type WriteEntry } from "./entry.ts";
import type { DeleteInteraction, IfMatch, PatchInteraction, UpdateInteraction } from "./interaction.ts";
import type { OpenedActs } from "./open-entries.ts";
import { applyPatch } from "./patch/parse-patch.ts";
import { readCurrent, seen } from "./read.ts";
import { resolveCriteria } from "./resolve-criteria.ts";
import { settleConditions, type Settled } from "./settle-conditions.ts";

interface Work extends Pick<Settled, "matches" | "ids"> {
  readonly tools: EntryTools;
  readonly call: EntryCall;
  readonly opened: OpenedActs;
}

/** A patch that lost a race against another writer is applied once more, to what that one wrote. */
const ATTEMPTS_MAX = 2;

export async function writeEntries(
  tools: EntryTools,
  call: EntryCall,
  opened: OpenedActs,
  asked: readonly WriteEntry[],
): Promise<ReadonlyMap<WriteEntry, FhirAnswer>> {
  const { entries, matches, ids } = await settleConditions(tools, call, opened, asked);
  const work = { tools, call, opened, matches, ids };
  refuseRepeated(work, entries);
  const targets = await findTargets(work, entries);
  const written = entries.filter((entry) => isWritten(work, entry));
  const results = await attempt(work, written, targets);
  const byEntry = new Map(written.map((entry, at) => [entry, results[at] as WriteResult]));
  await account(work, byEntry);
  return new Map(entries.map((entry) => [entry, answerWritten(entry, matches, byEntry)]));
}

/** One record twice in one transaction has no defined outcome (R4 http §3.1.0.11.2). */
function refuseRepeated({ ids, matches }: Work, entries: readonly WriteEntry[]): void {
  if (entries.length < 2) return;
  const seenNames = new Set<string>();
  for (const entry of entries) {
    const { kind, type } = entry.interaction;
    const id = ids.get(entry);
    if (id === undefined || (kind === "create" && matches.has(entry))) continue;
    const name = `${type}/${id}`;
    if (seenNames.has(name))
      throw new WardError("invalid-request", { reason: "repeated-resource", entry: entry.index });
    seenNames.add(name);
  }
}

/** Undefined: nothing in these resources is put in another's place. */
async function findTargets(work: Work, entries: readonly WriteEntry[]): Promise<ReferenceTargets | undefined> {
  const { tools, call, opened, ids } = work;
  const isLiteral = ({ interaction }: WriteEntry): boolean =>
    !("resource" in interaction) || interaction.isLiteral === true;
  if (!call.isBundle && entries.every(isLiteral)) return undefined;
  const byFullUrl = new Map<string, string>();
  const written = new Map<string, WriteEntry>();
  const seen = new Set<string>();
  for (const entry of entries) {
    const id = ids.get(entry);
    if (id === undefined) continue;
    const place = `${entry.interaction.type}/${id}`;
    if (isWritten(work, entry)) written.set(place, entry);
    const source = entry.fullUrl ?? sourceOf(entry);
    if (source === undefined) continue;
    // Of two that come by one name, neither is meant for certain.
    if (seen.has(source)) byFullUrl.delete(source);
    else byFullUrl.set(source, place);
    seen.add(source);
  }
  const byCriteria = await resolveCriteria(tools, call, opened, entries, written);
  return { ownBase: call.baseUrl, byFullUrl, byCriteria };
}

/** What a resource without `fullUrl` is called where it comes from, by its own id (R4 http §3.1.0.11.2). */
function sourceOf({ interaction }: WriteEntry): string | undefined {
  if (!("resource" in interaction)) return undefined;
  const { id } = interaction.resource;
  return typeof id === "string" ? `${interaction.type}/${id}` : undefined;
}

/** A conditional create that met something writes nothing, nor does a deletion that met nothing. */
function isWritten({ matches, ids }: Work, entry: WriteEntry): boolean {
  return ids.has(entry) && !(entry.interaction.kind === "create" && matches.has(entry));
}

async function attempt(
  work: Work,
  written: readonly WriteEntry[],
  targets: ReferenceTargets | undefined,
): Promise<readonly WriteResult[]> {
  const { tools, call, opened } = work;
  const { writer } = opened;
  if (written.length === 0) return [];
  assert(writer, "a write's act was opened");
  // Written over the version that was looked at, though the caller named none.
  const isRepeatable = ({ interaction }: WriteEntry): boolean =>
    interaction.kind !== "create" &&
    interaction.ifMatch === undefined &&
    (interaction.kind === "patch" || writer.looksAtRecords);
  // With a transaction of its own, a writer that lost a race holds the record's lock when it tries again.
  if (written.some(isRepeatable) && writer.isShared) await writer.tx.query("select 1");
  for (let count = 1; ; count++) {
    const prepared: PreparedWrite[] = [];
    for (const entry of written) {
      const ready = prepare(work, entry, targets);
      prepared.push(ready instanceof Promise ? await ready : ready);
    }
    try {
      return await placing(written, call.isBundle, () => tools.storage.write(writer, prepared));
    } catch (thrown) {
      const isRace = thrown instanceof WardError && thrown.code === "version-conflict";
      if (!isRace || count >= ATTEMPTS_MAX || !written.some(isRepeatable)) throw thrown;
    }
  }
}

/** At once for a create, which has no version to look at. */
function prepare(
  work: Work,
  entry: WriteEntry,
  targets: ReferenceTargets | undefined,
): PreparedWrite | Promise<PreparedWrite> {
  const id = work.ids.get(entry);
  assert(id !== undefined, "what is written has an id");
  const { interaction } = entry;
  if (interaction.kind !== "create") return prepareNext(work, entry, targets, id);
  return prepareResource(work, entry, targets, { kind: "create", type: interaction.type, id }, interaction.resource);
}

async function prepareNext(
  work: Work,
  entry: WriteEntry,
  targets: ReferenceTargets | undefined,
  id: string,
): Promise<PreparedWrite> {
  const { interaction } = entry;
  const { type } = interaction;
  assert(interaction.kind !== "create", "a create has no version before it");
  if (interaction.kind === "patch") {
    const { version: ifMatch, resource } = await patched(work, entry, interaction, id);
    return prepareResource(work, entry, targets, { kind: "update", type, id, ifMatch }, resource);
  }
  const ifMatch = await versionFor(work, entry, interaction, id);
  const named = ifMatch === undefined ? {} : { ifMatch };
  if (interaction.kind === "delete") return work.tools.storage.prepareWrite({ kind: "delete", type, id, ...named });
  return prepareResource(work, entry, targets, { kind: "update", type, id, ...named }, interaction.resource);
}

function prepareResource(
  { tools, call }: Work,
  { index, fullUrl }: WriteEntry,
  targets: ReferenceTargets | undefined,
  write:
    | Omit<Extract<RecordWrite, { kind: "create" }>, "resource">
    | Omit<Extract<RecordWrite, { kind: "update" }>, "resource">,
  sent: JsonObject,
): PreparedWrite {
  return atEntry(call.isBundle ? index : undefined, () => {
    const resource = !targets
      ? sent
      : call.isBundle
        ? resolveReferences(sent, targets, fullUrl)
        : resolveConditional(sent, targets.byCriteria);
    return tools.storage.prepareWrite({ ...write, resource });
  });
}

/**
 * The version that must be current when this is written; 0: there must never have been one; undefined: any may be.
 * Throws `version-conflict`, and `access-denied` for a record that the caller may not see: nobody changes what is hidden.
 */
async function versionFor(
  { tools, opened, matches }: Work,
  entry: WriteEntry,
  { kind, type, target, ifMatch: sent }: UpdateInteraction | DeleteInteraction,
  id: string,
): Promise<number | undefined> {
  // A condition that met nothing makes a record: one with the id that was sent must not be there already.
  const isNew = kind === "update" && target.condition !== undefined && !matches.has(entry);
  const ifMatch = sent ?? (isNew ? 0 : undefined);
  const isNamed = typeof ifMatch === "number" && ifMatch > 0;
  const reader = opened.reader(actKey(entry));
  if (!reader.looksAtRecords && (isNamed || ifMatch === undefined)) return ifMatch;
  const row = await tools.storage.findRecord(reader.sql, type, id);
  const isThere = row !== undefined && !row.deleted;
  const [record] = isThere && reader.looksAtRecords ? await tools.storage.open(reader.sql, [row]) : [];
  if (record && !reader.maySee(seen(record))) throw new WardError("access-denied", { type, entry: entry.index });
  if (isNamed) return ifMatch;
  if (ifMatch !== undefined && !isMet(ifMatch, isThere ? row.version : undefined)) {
    throw new WardError("version-conflict", { type, entry: entry.index });
  }
  return row?.version ?? 0;
}

async function patched(
  { tools, call, opened }: Work,
  entry: WriteEntry,
  { type, patch, ifMatch }: PatchInteraction,
  id: string,
): Promise<{ readonly version: number; readonly resource: JsonObject }> {
  const reader = opened.reader(actKey(entry));
  const record = await readCurrent(tools.storage, reader, type, id).catch((thrown: unknown) => {
    throw thrown instanceof WardError ? atIndex(entry, thrown) : thrown;
  });
  if (ifMatch !== undefined && !isMet(ifMatch, record.version)) {
    throw new WardError("version-conflict", { type, entry: entry.index });
  }
  const resource = atEntry(call.isBundle ? entry.index : undefined, () => {
    const result = applyPatch(patch, record.resource);
    // No act was opened to look for what one would name.
    if (conditionalReferences(result).size > 0) throw invalid([`${type}: literal-reference-required`]);
    return result;
  });
  return { version: record.version, resource };
}

function isMet(ifMatch: IfMatch, current: number | undefined): boolean {
  if (current === undefined) return ifMatch === 0;
  return ifMatch === "any" || (typeof ifMatch === "number" ? ifMatch === current : ifMatch.includes(current));
}

/** Tells the acts what they touched. An update that created needs the power to create, and is recorded as that. */
async function account({ call, opened }: Work, results: ReadonlyMap<WriteEntry, WriteResult>): Promise<void> {
  const created = new Map<string, Touched[]>();
  for (const [entry, { outcome, type, touched }] of results) {
    if (touched === undefined) continue;
    if (entry.interaction.kind !== "update" || outcome !== "created") opened.touch(actKey(entry), [touched]);
    else created.set(type, [...(created.get(type) ?? []), touched]);
  }
  for (const [resourceType, touched] of created) {
    await call.acts.write({ action: "fhir.create", resourceType }, async () => ({ value: undefined, touched }));
  }
}

function atIndex({ index }: WriteEntry, error: WardError): WardError {
  return new WardError(error.code, { ...error.detail, entry: index });
}
