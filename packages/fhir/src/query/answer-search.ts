/**
 * A search from its criteria to its Bundle: acts opened, chains resolved, one page found, includes followed. Everything
 * that a searchset can be asked for goes this way, operations too, so that nothing is disclosed past the door.
 */
import { WardError, type Sql } from "@ward/core";
import type { ActOutcome, RecordReader, Touched } from "@ward/access";
import type { JsonObject } from "../json.ts";
import type { Criterion, Search } from "../search/contract.ts";
import type { OpenRecord } from "../storage/contract.ts";
import { createCandidates, createRecordCache, type Candidates, type RecordCache } from "./candidates.ts";
import { carried, sealCursor, type Cursor } from "./cursor.ts";
import { findPage, placeOf, type OpenPage } from "./find-page.ts";
import { createIncludes } from "./follow-includes.ts";
import { openActs, type Disclosure, type WantedAct } from "./open-acts.ts";
import { innerTypes, resolveAll, type Resolved } from "./resolve-chains.ts";
import { questionOf } from "./row-queries.ts";
import type { Match, SearchCall, SearchResult, SearchTools } from "./search-call.ts";
import { searchset, searchsetBytes } from "./searchset.ts";

export interface SearchRun {
  readonly search: Search;
  readonly now: Date;
  /** Where the page before this one ended, and as the caller sent it. */
  readonly cursor?: Cursor;
  readonly token?: string;
  /** Beside the criteria. */
  readonly accepts?: (record: OpenRecord) => boolean;
  /** What to show of all matches, on one page. */
  readonly select?: (matches: readonly Match[]) => readonly Match[];
}

export async function answerSearch(tools: SearchTools, call: SearchCall, run: SearchRun): Promise<SearchResult> {
  const { search } = run;
  const cache = readsTwice(search) ? createRecordCache(tools.storage) : tools.storage;
  const types = await searchedTypes(tools, call, search);
  const wanted = call.reader !== undefined && !isChained(search) ? [] : actsOf(call, types, search.criteria);
  const { value, touched } = await openActs(call.acts, wanted, async (opened, refused) => {
    const readers = call.reader === undefined ? opened : new Map([...ownReader(call, types), ...opened]);
    const allowed = types.every((type) => readers.has(type)) ? types : types.filter((type) => readers.has(type));
    if (allowed.length === 0) throw new WardError("access-denied", { reason: "no-type-permitted" });
    return await work({ tools, call, run, cache, readers, types: allowed, refused });
  });
  const { toBundle, toBytes } = value;
  return {
    get bundle() {
      return toBundle();
    },
    toBytes,
    touched: call.reader === undefined ? [] : types.flatMap(touched),
  };
}

/** Asked for as they are, without looking which of them are there. */
const FEW_TYPES = 3;

/** Whether one record may be come upon in several ways. */
function readsTwice(search: Search): boolean {
  return isChained(search) || search.includes.length + search.reverseIncludes.length > 0;
}

function isChained({ criteria }: Search): boolean {
  return criteria.some(({ kind }) => kind === "chain" || kind === "reverseChain");
}

/** Both forms are made from the records only where somebody wants them. */
interface Answer {
  readonly toBundle: () => JsonObject;
  readonly toBytes: () => Buffer | undefined;
}

interface Work {
  readonly tools: SearchTools;
  readonly call: SearchCall;
  readonly run: SearchRun;
  readonly cache: RecordCache;
  readonly readers: ReadonlyMap<string, RecordReader>;
  readonly types: readonly string[];
  readonly refused: readonly string[];
}

async function work({ tools, call, run, cache, readers, types, refused }: Work): Promise<Disclosure<Answer>> {
  const { search, cursor, accepts } = run;
  const candidatesOf = (lent: ReadonlyMap<string, RecordReader>): Candidates =>
    createCandidates(tools.storage, cache, lent);
  const candidates = candidatesOf(readers);
  const [{ sql } = { sql: undefined }] = readers.values();
  if (!sql) throw new WardError("access-denied");
  const chainTools = { ...tools, candidates, readers, baseUrl: call.baseUrl };
  for (const criterion of search.criteria) checkOneIsOpen(criterion, readers);
  const resolved = await resolveAll(chainTools, types, search.criteria, call.compartment);
  const hasIncludes = search.includes.length + search.reverseIncludes.length > 0;
  const includes = hasIncludes ? createIncludes({ ...tools, call, candidatesOf }, sql, search) : undefined;
  const found = await findPage(tools, sql, candidates, {
    search,
    isWhole: run.select !== undefined,
    types,
    criteria: resolved.map(({ criterion }) => criterion),
    accepts: resolved.flatMap((each) => each.accepts ?? []),
    acceptsWhole: accepts,
    compartment: call.compartment,
    cursor,
    openPage: includes?.openPage ?? openPageAlone(tools, sql),
  });
  const selected = run.select?.(found.matches);
  const page = selected === undefined ? found : { matches: selected, total: selected.length, hasNext: false };
  const matches = page.matches.map(({ record }) => record);
  const included = await includes?.follow(matches);
  const parts = {
    baseUrl: call.baseUrl,
    path: call.path,
    search,
    matches,
    included: included?.records ?? [],
    total: search.total === "none" && search.summary !== "count" ? undefined : page.total,
    cursor: run.token,
    next: page.hasNext ? nextCursor(tools, call, run, page.matches, page.total) : undefined,
    warnings: warningsOf(included?.isTruncated ?? false, [...refused, ...(included?.forbidden ?? [])]),
  };
  const value = { toBundle: () => searchset(parts), toBytes: () => searchsetBytes(parts) };
  return { value, touched: disclosedBy(matches, resolved) };
}

function openPageAlone({ storage }: SearchTools, sql: Sql): OpenPage {
  return async (sketches, room) => {
    const opened = await storage.openSketches(sql, sketches, []);
    return opened?.records.filter((record) => room.take(record));
  };
}

/** Of matches, and of the inner records that a chain led through. */
function disclosedBy(matches: readonly OpenRecord[], resolved: readonly Resolved[]): (type: string) => Touched[] {
  const disclosed = new Set(matches);
  for (const each of resolved) each.through(matches, (record) => disclosed.add(record));
  return (type) => {
    const touched: Touched[] = [];
    for (const record of disclosed) if (record.type === type) touched.push(record.touched);
    return touched;
  };
}

function nextCursor(
  { vault }: SearchTools,
  { caller, path }: SearchCall,
  { search, now }: SearchRun,
  matches: readonly Match[],
  total: number | undefined,
): string {
  const after = placeOf(matches.at(-1) as Match);
  const cursor = { query: carried(search.self), after, now, ...(total === undefined ? {} : { total }) };
  return sealCursor(vault, { caller, path }, cursor);
}

function warningsOf(isTruncated: boolean, forbidden: readonly string[]): string[] {
  const types = [...new Set(forbidden)].sort();
  return [
    ...(isTruncated ? ["Not all included resources are shown: there are more than one page may hold."] : []),
    ...(types.length > 0 ? [`Left out, since the caller may not read them: ${types.join(", ")}.`] : []),
  ];
}

function ownReader({ reader }: SearchCall, types: readonly string[]): [string, RecordReader][] {
  return reader === undefined ? [] : types.map((type) => [type, reader]);
}

/** The searched types first: theirs is the refusal that a caller should hear. */
function actsOf(call: SearchCall, types: readonly string[], criteria: readonly Criterion[]): WantedAct[] {
  const wanted = new Map<string, boolean>();
  if (call.reader === undefined) for (const type of types) wanted.set(type, call.leavesOutForbidden ?? false);
  for (const { type, isOneOfSeveral } of criteria.flatMap(innerTypes)) {
    if (call.reader !== undefined && types.includes(type)) continue;
    wanted.set(type, isOneOfSeveral && (wanted.get(type) ?? true));
  }
  return [...wanted].map(([type, isOptional]) => ({ act: { action: "fhir.search", resourceType: type }, isOptional }));
}

/** A chain through several types may do without some of them, but not without all. */
function checkOneIsOpen(criterion: Criterion, readers: ReadonlyMap<string, RecordReader>): void {
  if (criterion.kind !== "chain" && criterion.kind !== "reverseChain") return;
  const types = criterion.kind === "chain" ? criterion.types : [criterion.type];
  if (!types.some((type) => readers.has(type))) throw new WardError("access-denied", { reason: "no-type-permitted" });
  checkOneIsOpen(criterion.inner, readers);
}

/**
 * Of a whole compartment or of all types, those that are there: an act, and an entry in the ledger, for each of dozens
 * of types that nobody has anything of would bury what happened.
 */
async function searchedTypes(
  { storage, vault }: SearchTools,
  { acts, compartment, leavesOutForbidden }: SearchCall,
  { types }: Search,
): Promise<readonly string[]> {
  if (!leavesOutForbidden || types.length <= FEW_TYPES) return types;
  // Somebody asked for the record of the compartment, whether it is there or not; of all types, any that is permitted.
  const asked = compartment === undefined ? types : [compartment.type];
  for (const type of asked) {
    const present = await acts.read({ action: "fhir.search", resourceType: type }, find).catch(passRefusal);
    if (present) return present.length > 0 ? present : [type];
  }
  throw new WardError("access-denied", { reason: "no-type-permitted" });

  async function find({ sql }: RecordReader): Promise<ActOutcome<readonly string[]>> {
    const present: string[] = [];
    for (const type of types) {
      const { queries } = questionOf({ vault, storage }, [type], [], "newest", compartment);
      for (const { order: _, ...query } of queries) {
        if (present.at(-1) === type || (await storage.countRows(sql, { ...query, limit: 1 })) === 0) continue;
        present.push(type);
      }
    }
    return { value: present, touched: [] };
  }
}

function passRefusal(thrown: unknown): undefined {
  if (!(thrown instanceof WardError) || thrown.code !== "access-denied") throw thrown;
  return undefined;
}
