/**
 * One page of matches in a total order. By the rows' own order a page costs what it shows; by values of the resources
 * every match is looked at, and only the page's are kept.
 */
import type { Sql } from "@ward/core";
import type { FlatCriterion, Search } from "../search/contract.ts";
import type { OpenRecord, RowOrder } from "../storage/contract.ts";
import type { Candidates, Scan } from "./candidates.ts";
import type { CompartmentName } from "./compartments.ts";
import type { Cursor, Place } from "./cursor.ts";
import { checkBounds, isWithin, questionOf, type Question } from "./row-queries.ts";
import { limitsOf, type Match, type SearchTools } from "./search-call.ts";
import { comparePlaces, sortValues } from "./sort-order.ts";

export interface PageQuestion {
  readonly search: Search;
  /** All matches on one page; too many are refused. */
  readonly isWhole: boolean;
  readonly types: readonly string[];
  readonly criteria: readonly FlatCriterion[];
  readonly accepts: readonly ((record: OpenRecord) => boolean)[];
  readonly compartment: CompartmentName | undefined;
  readonly cursor: Cursor | undefined;
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
  const check = async (): Promise<void> => await checkBounds(tools.storage, sql, rows, candidatesMax);
  // Every match is looked at: mostly the first batch holds them all, and then nobody needs to count.
  if (order === undefined) return await pageByValues(tools, candidates, question, rows, check);
  if (rows.plan.mode === "bounded-scan" && !criteria.every(isOfRow)) await check();
  return await pageByRows(tools, sql, candidates, question, rows);
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

async function pageByRows(
  tools: SearchTools,
  sql: Sql,
  candidates: Candidates,
  question: PageQuestion,
  rows: Question,
): Promise<Page> {
  const { search, criteria, cursor } = question;
  const count = question.isWhole ? Infinity : countOf(tools, search);
  const wantsAll = cursor === undefined && (count === 0 || (await wantsTotal(tools, sql, search, rows)));
  const room = createRoom(tools, count);
  const matches: Match[] = [];
  let seen = 0;
  const isNarrowed = criteria.length > 0 || question.compartment !== undefined;
  const scan: Scan = {
    ...scanOf(tools, question, rows),
    after: cursor?.after,
    batch: Math.min(
      limitsOf(tools).candidatesMax + 1,
      isNarrowed || wantsAll ? Math.max(count + 1, FIRST_BATCH) : count + 1,
      BATCH_MAX,
    ),
  };
  const isComplete = await candidates.each(scan, (record) => {
    seen++;
    const isShown = room.take(record);
    if (isShown) matches.push({ record, keys: [] });
    return wantsAll || isShown;
  });
  const isCounted = isComplete && cursor === undefined;
  return { matches, total: isCounted ? seen : cursor?.total, hasNext: count > 0 && seen > matches.length };
}

async function pageByValues(
  tools: SearchTools,
  candidates: Candidates,
  question: PageQuestion,
  rows: Question,
  checkRest: () => Promise<void>,
): Promise<Page> {
  const { search, cursor } = question;
  const { sort } = search;
  const count = question.isWhole ? Infinity : countOf(tools, search);
  const kept: Match[] = [];
  let total = 0;
  let behind = 0;
  const byPlace = (a: Match, b: Match): number => comparePlaces(placeOf(a), placeOf(b), sort);
  const scan = scanOf(tools, question, rows);
  const batch = Math.min(FIRST_BATCH, scan.candidatesMax + 1);
  await candidates.each({ ...scan, batch, checkRest }, (record) => {
    total++;
    const match: Match = { record, keys: sortValues(record, sort) };
    if (cursor !== undefined && comparePlaces(placeOf(match), cursor.after, sort) <= 0) return true;
    behind++;
    kept.push(match);
    if (kept.length > 2 * count + FIRST_BATCH) {
      kept.sort(byPlace);
      kept.length = count;
    }
    return true;
  });
  kept.sort(byPlace);
  const room = createRoom(tools, count);
  const matches = kept.filter(({ record }) => room.take(record));
  return { matches, total, hasNext: count > 0 && behind > matches.length };
}

/** An estimate that would cost more than a search may is left out: it is no reason to refuse. */
async function wantsTotal(tools: SearchTools, sql: Sql, { total }: Search, rows: Question): Promise<boolean> {
  if (total === "accurate") return true;
  return total === "estimate" && (await isWithin(tools.storage, sql, rows, limitsOf(tools).candidatesMax));
}

/** What a page has room for: so many records, and of so many bytes. Once full it stays so: order must not be skipped. */
function createRoom(tools: SearchTools, count: number): { take(record: OpenRecord): boolean } {
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

export function placeOf({ record, keys }: Match): Place {
  return { keys, sequence: record.sequence, lastUpdated: record.lastUpdated };
}

function scanOf(tools: SearchTools, { criteria, accepts }: PageQuestion, { queries, accepts: lies }: Question) {
  const all = lies ? [...accepts, lies] : accepts;
  return {
    queries,
    criteria,
    candidatesMax: limitsOf(tools).candidatesMax,
    accepts: all.length === 0 ? undefined : (record: OpenRecord) => all.every((each) => each(record)),
  };
}
