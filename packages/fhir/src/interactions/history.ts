/**
 * history of a record, a type and the system (FHIR R4 http §3.1.0.12), newest first, by pages. A version is in it for who
 * may see both it and the record's current version; a page is then shorter. Nobody is told how many versions there are,
 * so `total` stands only where the answer is the whole history that was asked for.
 */
import { WardError, type Caller } from "@ward/core";
import type { RecordReader, Touched } from "@ward/access";
import type { Vault } from "@ward/vault";
import type { JsonObject } from "../json.ts";
import { openCursor, sealCursor } from "../query/cursor.ts";
import type { HistoryPlace, OpenRecord, RecordRow, RecordStorage } from "../storage/contract.ts";
import { shownResource } from "./answer-form.ts";
import type { HistoryInteraction } from "./interaction.ts";
import { etagOf } from "./preconditions.ts";
import { seen } from "./read.ts";

export interface HistoryCall {
  readonly storage: RecordStorage;
  readonly vault: Vault;
  readonly caller: Caller;
  readonly baseUrl: string;
  readonly now: Date;
}

export interface HistoryPage {
  readonly bundle: JsonObject;
  readonly touched: readonly Touched[];
}

/** The rows of one page, of versions that the caller may see and others: nothing is opened yet. */
export interface HistoryRows {
  readonly rows: readonly RecordRow[];
  readonly hasNext: boolean;
}

export async function findHistoryRows(
  call: HistoryCall,
  sql: RecordReader["sql"],
  interaction: HistoryInteraction,
): Promise<HistoryRows> {
  const { type, id, parameters } = interaction;
  const { since, at, count, cursor } = parameters;
  const after =
    cursor === undefined ? undefined : placeOf(openCursor(call.vault, holderOf(call, interaction), cursor).after);
  const rows = await call.storage.findHistory(sql, {
    ...(type === undefined ? {} : { types: [type] }),
    ...(id === undefined ? {} : { id }),
    ...(since === undefined ? {} : { since }),
    ...(at === undefined ? {} : { at }),
    ...(after === undefined ? {} : { after }),
    limit: count + 1,
  });
  return { rows: rows.slice(0, count), hasNext: rows.length > count };
}

/** `readers`: by type, of the acts that are open; of each type that is in the rows. */
export async function history(
  call: HistoryCall,
  readers: ReadonlyMap<string, RecordReader>,
  interaction: HistoryInteraction,
  { rows, hasNext }: HistoryRows,
): Promise<HistoryPage> {
  const { storage, baseUrl } = call;
  const { parameters, form, id } = interaction;
  const [{ sql } = { sql: undefined }] = readers.values();
  if (!sql) throw new WardError("access-denied");
  if (id !== undefined) await checkExists(storage, readers, interaction);
  const opened = await storage.open(sql, rows);
  const hidden = await findHidden(storage, readers, opened);
  const versions = opened.filter((each) => !hidden.has(nameOf(each)) && maySee(readers, each));
  const last = opened.at(-1);
  const next =
    hasNext && last ? sealCursor(call.vault, holderOf(call, interaction), nextOf(last, parameters.self, call.now)) : "";
  const base = `${baseUrl}/${pathOf(interaction)}`;
  const isWhole = parameters.cursor === undefined && !hasNext;
  const bundle = {
    resourceType: "Bundle",
    type: "history",
    ...(isWhole ? { total: versions.length } : {}),
    link: [
      { relation: "self", url: linkOf(base, parameters.self, parameters.cursor ?? "") },
      ...(next === "" ? [] : [{ relation: "next", url: linkOf(base, parameters.self, next) }]),
    ],
    ...(versions.length === 0 ? {} : { entry: versions.map((version) => entryOf(version, baseUrl, form)) }),
  };
  return { bundle, touched: versions.map(({ touched }) => touched) };
}

/** `Type/id` of records whose current version the caller may not see. */
async function findHidden(
  storage: RecordStorage,
  readers: ReadonlyMap<string, RecordReader>,
  opened: readonly OpenRecord[],
): Promise<ReadonlySet<string>> {
  const [{ sql } = { sql: undefined }] = readers.values();
  const keys = new Map(opened.map((each) => [nameOf(each), { type: each.type, id: each.id }]));
  if (!sql || keys.size === 0) return new Set();
  const current = await storage.open(sql, await storage.findRecords(sql, [...keys.values()]));
  return new Set(current.filter((each) => !maySee(readers, each)).map(nameOf));
}

function maySee(readers: ReadonlyMap<string, RecordReader>, record: OpenRecord): boolean {
  return readers.get(record.type)?.maySee(seen(record)) ?? false;
}

async function checkExists(
  storage: RecordStorage,
  readers: ReadonlyMap<string, RecordReader>,
  { type = "", id = "" }: HistoryInteraction,
): Promise<void> {
  const reader = readers.get(type);
  const row = reader && (await storage.findRecord(reader.sql, type, id));
  const [record] = row ? await storage.open(reader.sql, [row]) : [];
  if (!record || !reader?.maySee(seen(record))) throw new WardError("not-found", { type });
}

function entryOf(version: OpenRecord, baseUrl: string, form: HistoryInteraction["form"]): JsonObject {
  const { type, id, deleted, resource, lastUpdated } = version;
  const isFirst = version.version === 1;
  const request = deleted
    ? { method: "DELETE", url: `${type}/${id}` }
    : isFirst
      ? { method: "POST", url: type }
      : { method: "PUT", url: `${type}/${id}` };
  return {
    fullUrl: `${baseUrl}/${type}/${id}`,
    ...(deleted ? {} : { resource: shownResource(resource, form) }),
    request,
    response: {
      status: deleted ? "204 No Content" : isFirst ? "201 Created" : "200 OK",
      etag: etagOf(version.version),
      lastModified: lastUpdated.toISOString(),
      ...(deleted ? {} : { location: `${type}/${id}/_history/${version.version}` }),
    },
  };
}

function pathOf({ type, id }: HistoryInteraction): string {
  return [...(type === undefined ? [] : [type]), ...(id === undefined ? [] : [id]), "_history"].join("/");
}

function holderOf({ caller }: HistoryCall, interaction: HistoryInteraction): Parameters<typeof openCursor>[1] {
  return { caller, path: pathOf(interaction) };
}

type Cursor = Parameters<typeof sealCursor>[2];

function nextOf({ sequence, lastUpdated, version }: OpenRecord, query: string, now: Date): Cursor {
  return { query, after: { keys: [version], sequence, lastUpdated }, now };
}

function placeOf({ keys: [version], sequence, lastUpdated }: Cursor["after"]): HistoryPlace {
  if (typeof version !== "number")
    throw new WardError("invalid-request", { parameter: "_cursor", reason: "cursor-form" });
  return { sequence, lastUpdated, version };
}

function linkOf(base: string, query: string, cursor: string): string {
  const parts = [query, ...(cursor === "" ? [] : [`_cursor=${encodeURIComponent(cursor)}`])];
  const text = parts.filter((part) => part !== "").join("&");
  return text === "" ? base : `${base}?${text}`;
}

function nameOf({ type, id }: OpenRecord): string {
  return `${type}/${id}`;
}
