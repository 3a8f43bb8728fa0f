/**
 * One page of matches in a total order. By the rows' own order a page costs what it shows; by values of the resources
 * every match is looked at, and only the page's are kept. Where cards tell all that is asked, only the page's are opened.
 */
import { assert, type Sql } from "@ward/core";
import type { FlatCriterion, Search } from "../search/contract.ts";
import { isOnCard } from "../storage/card-parameters.ts";
import type { OpenRecord, RowOrder, Sketch } from "../storage/contract.ts";
import type { Candidates, Scan } from "./candidates.ts";
import type { CompartmentName } from "./compartments.ts";
import type { Cursor, Place, SortValue } from "./cursor.ts";
import { checkBounds, isWithin, questionOf, type Question } from "./row-queries.ts";
import { limitsOf, type Match, type SearchTools } from "./search-call.ts";
import { compareKeys, comparePlaces, sortValues } from "./sort-order.ts";

export interface PageQuestion {
  readonly search: Search;
  /** All matches on one page; too many are refused. */
  readonly isWhole: boolean;
  readonly types: readonly string[];
  readonly criteria: readonly FlatCriterion[];
  readonly accepts: readonly ((record: Sketch) => boolean)[];
  /** Beside what sketches tell. */
  readonly acceptsWhole: ((record: OpenRecord) => boolean) | undefined;
  readonly compartment: CompartmentName | undefined;
  readonly cursor: Cursor | undefined;
  readonly openPage: OpenPage;
}

/** Of the records of a page's sketches those that it has room for; undefined where one is no longer what was sketched. */
export type OpenPage = (sketches: readonly Sketch[], room: Room) => Promise<readonly OpenRecord[] | undefined>;

/** What a page has room for: so many records, and of so many bytes. Once full it stays so: order must not be skipped. */
export interface Room {
  take(record: Pick<OpenRecord, "json">): boolean;
}

export interface Page {
  readonly matches: readonly Match[];
  readonly total: number | undefined;
  /** There are matches behind the page. */
  readonly hasNext: boolean;
}

/** Rows first asked for where criteria narrow them: mostly all there are, and then their number is known. */
const FIRST_BATCH = 200;
const BATCH_MAX = 1_001;

export async function findPage(
  tools: SearchTools,
  sql: Sql,
  candidates: Candidates,
  question: PageQuestion,
): Promise<Page> {
  const { search, types, criteria, compartment } = question;
  const { candidatesMax } = limitsOf(tools);
  const order = rowOrderOf(search);
  const rows = questionOf(tools, types, criteria, order ?? "newest", compartment);
  if (rows.queries.length === 0) return { matches: [], total: 0, hasNext: false };
  if (order !== undefined && rows.plan.mode === "bounded-scan" && !criteria.every(isOfRow)) {
    await checkBounds(tools.storage, sql, rows, candidatesMax);
  }
  const find = order === undefined ? pageByValues : pageByRows;
  const byCards = isAnsweredByCards(question, rows) && (await find(tools, sql, candidates, question, rows, true));
  const page = byCards || (await find(tools, sql, candidates, question, rows, false));
  assert(page, "a page of records that were opened at once is never out of date");
  return page;
}

/** Whether cards tell of each row all that is asked of it, and rows are few enough to be looked at for it. */
function isAnsweredByCards(
  { types, criteria, search, isWhole, acceptsWhole, compartment }: PageQuestion,
  { queries }: Question,
): boolean {
  const [type] = types;
  if (type === undefined || types.length > 1 || queries.length > 1 || isWhole || acceptsWhole) return false;
  if (criteria.length === 0 && compartment === undefined) return false;
  const isTold = (name: string): boolean => name === "_id" || name === "_lastUpdated" || isOnCard(type, name);
  return (
    criteria.every((each) => isMetByCard(type, each)) && search.sort.every(({ parameter: { name } }) => isTold(name))
  );
}

/** Literal references and dates are compared by what a card has of them. */
function isMetByCard(type: string, criterion: FlatCriterion): boolean {
  if (criterion.kind === "ids") return true;
  if (!isOnCard(type, criterion.parameter.name)) return false;
  if (criterion.kind === "references") return !criterion.contained?.isNeeded;
  return (
    criterion.modifier === undefined && criterion.values.every(({ kind }) => kind === "reference" || kind === "date")
  );
}

/** Rows alone say whether they meet it. */
function isOfRow(criterion: FlatCriterion): boolean {
  return criterion.kind === "value" && criterion.parameter.name === "_lastUpdated" && criterion.modifier === undefined;
}

/** How many entries a page shows; none where only the number is asked for. */
export function countOf(tools: SearchTools, { count, summary }: Search): number {
  const { countDefault, countMax } = limitsOf(tools);
  return summary === "count" ? 0 : Math.min(count ?? countDefault, countMax);
}

/** The order in which rows come, where that is the one asked for. */
function rowOrderOf({ sort }: Search): RowOrder | undefined {
  const [first] = sort;
  if (first === undefined) return "newest";
  if (sort.length > 1 || first.parameter.name !== "_lastUpdated") return undefined;
  return first.isDescending ? "-lastUpdated" : "lastUpdated";
}

/** Undefined where `byCards` and a match was written while its page was looked for. */
async function pageByRows(
  tools: SearchTools,
  sql: Sql,
  candidates: Candidates,
  question: PageQuestion,
  rows: Question,
  byCards: boolean,
): Promise<Page | undefined> {
  const { search, criteria, cursor } = question;
  const count = question.isWhole ? Infinity : countOf(tools, search);
  const wantsAll = cursor === undefined && (count === 0 || (await wantsTotal(tools, sql, search, rows)));
  const room = createRoom(tools, count);
  let seen = 0;
  const isNarrowed = criteria.length > 0 || question.compartment !== undefined;
  const batch = Math.min(
    limitsOf(tools).candidatesMax + 1,
    isNarrowed || wantsAll ? Math.max(count + 1, FIRST_BATCH) : count + 1,
    BATCH_MAX,
  );
  const from = { after: cursor?.after, batch };
  let matches: readonly OpenRecord[] | undefined;
  let isComplete: boolean;
  if (byCards) {
    const found: Sketch[] = [];
    isComplete = await candidates.eachSketch({ ...sketchScanOf(tools, question, rows), ...from }, (record) => {
      seen++;
      const isShown = found.length < count;
      if (isShown) found.push(record);
      return wantsAll || isShown;
    });
    matches = await question.openPage(found, room);
  } else {
    const found: OpenRecord[] = [];
    isComplete = await candidates.each({ ...scanOf(tools, question, rows), ...from }, (record) => {
      seen++;
      const isShown = room.take(record);
      if (isShown) found.push(record);
      return wantsAll || isShown;
    });
    matches = found;
  }
  if (matches === undefined) return undefined;
  const isCounted = isComplete && cursor === undefined;
  return {
    matches: matches.map((record) => ({ record, keys: [] })),
    total: isCounted ? seen : cursor?.total,
    hasNext: count > 0 && seen > matches.length,
  };
}

/** Undefined where `byCards` and a match was written while its page was looked for. */
async function pageByValues(
  tools: SearchTools,
  sql: Sql,
  candidates: Candidates,
  question: PageQuestion,
  rows: Question,
  byCards: boolean,
): Promise<Page | undefined> {
  const { candidatesMax } = limitsOf(tools);
  const count = question.isWhole ? Infinity : countOf(tools, question.search);
  // Mostly the first batch holds all matches, and then nobody needs to count.
  const checkRest = async (): Promise<void> => await checkBounds(tools.storage, sql, rows, candidatesMax);
  const room = createRoom(tools, count);
  if (!byCards) {
    const scan = { ...scanOf(tools, question, rows), checkRest };
    const { kept, ...numbers } = await keepFirst<OpenRecord>(question, count, (visit) => candidates.each(scan, visit));
    return pageOf(
      kept.filter(({ record }) => room.take(record)),
      count,
      numbers,
    );
  }
  const scan = { ...sketchScanOf(tools, question, rows), checkRest };
  const { kept, ...numbers } = await keepFirst<Sketch>(question, count, (visit) => candidates.eachSketch(scan, visit));
  if (kept.length > count) kept.length = count;
  const opened = await question.openPage(
    kept.map(({ record }) => record),
    room,
  );
  const matches = opened?.map((record, at) => ({ record, keys: (kept[at] as Placed<Sketch>).keys }));
  return matches && pageOf(matches, count, numbers);
}

function pageOf(matches: readonly Match[], count: number, { total, behind }: Omit<Kept<Sketch>, "kept">): Page {
  return { matches, total, hasNext: count > 0 && behind > matches.length };
}

/** A match with its values by the sort keys. */
interface Placed<Seen extends Sketch> {
  readonly record: Seen;
  readonly keys: readonly SortValue[];
}

interface Kept<Seen extends Sketch> {
  /** In order; more than a page at times. */
  readonly kept: Placed<Seen>[];
  /** Of all matches, and of those behind the cursor. */
  readonly total: number;
  readonly behind: number;
}

/** Looks at every match, and keeps the first behind the cursor. */
async function keepFirst<Seen extends Sketch>(
  { search: { sort }, cursor }: PageQuestion,
  count: number,
  each: (visit: (record: Seen) => boolean) => Promise<boolean>,
): Promise<Kept<Seen>> {
  const kept: Placed<Seen>[] = [];
  let total = 0;
  let behind = 0;
  // They come newest first, and a sort that is stable leaves those of equal keys so.
  const byKeys = (a: Placed<Seen>, b: Placed<Seen>): number => compareKeys(a, b, sort);
  await each((record) => {
    total++;
    const keys = sortValues(record, sort);
    if (cursor && comparePlaces({ keys, sequence: record.sequence }, cursor.after, sort) <= 0) return true;
    behind++;
    kept.push({ record, keys });
    if (kept.length > 2 * count + FIRST_BATCH) {
      kept.sort(byKeys);
      kept.length = count;
    }
    return true;
  });
  kept.sort(byKeys);
  return { kept, total, behind };
}

/** An estimate that would cost more than a search may is left out: it is no reason to refuse. */
async function wantsTotal(tools: SearchTools, sql: Sql, { total }: Search, rows: Question): Promise<boolean> {
  if (total === "accurate") return true;
  return total === "estimate" && (await isWithin(tools.storage, sql, rows, limitsOf(tools).candidatesMax));
}

function createRoom(tools: SearchTools, count: number): Room {
  const { pageMaxBytes } = limitsOf(tools);
  let records = 0;
  let bytes = 0;
  let isFull = false;
  return {
    take({ json }) {
      isFull ||= records >= count || (records > 0 && bytes + json.length > pageMaxBytes);
      if (isFull) return false;
      records++;
      bytes += json.length;
      return true;
    },
  };
}

export function placeOf({ record, keys }: Placed<Sketch>): Place {
  return { keys, sequence: record.sequence, lastUpdated: record.lastUpdated };
}

function scanOf(tools: SearchTools, question: PageQuestion, rows: Question): Scan {
  const { accepts, ...scan } = sketchScanOf(tools, question, rows);
  const { acceptsWhole } = question;
  const all = [...(accepts ? [accepts] : []), ...(acceptsWhole ? [acceptsWhole] : [])];
  return { ...scan, accepts: all.length === 0 ? undefined : (record) => all.every((each) => each(record)) };
}

function sketchScanOf(
  tools: SearchTools,
  { criteria, accepts }: PageQuestion,
  { queries, accepts: lies }: Question,
): Scan<Sketch> {
  const { candidatesMax } = limitsOf(tools);
  const all = lies ? [...accepts, lies] : accepts;
  return {
    queries,
    criteria,
    candidatesMax,
    batch: Math.min(FIRST_BATCH, candidatesMax + 1),
    accepts: all.length === 0 ? undefined : (record) => all.every((each) => each(record)),
  };
}
