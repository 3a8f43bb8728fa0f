/** Matches as a searchset Bundle (FHIR R4 search §3.1.1.6): entries by mode, links that repeat or continue the search. */
import type { JsonObject } from "../json.ts";
import type { Search } from "../search/contract.ts";
import type { OpenRecord } from "../storage/contract.ts";
import { carried } from "./cursor.ts";
import { isWhole, subset } from "./subset.ts";

export interface SearchsetParts {
  readonly baseUrl: string;
  readonly path: string;
  readonly search: Search;
  readonly matches: readonly OpenRecord[];
  readonly included: readonly OpenRecord[];
  readonly total: number | undefined;
  /** Of this page, where it is not the first; and of the one behind it. */
  readonly cursor: string | undefined;
  readonly next: string | undefined;
  /** What the answer left out, for an entry of its own. */
  readonly warnings: readonly string[];
}

export function searchset(parts: SearchsetParts): JsonObject {
  const { search, matches, included, total, warnings } = parts;
  const entry = [
    ...matches.map((record) => entryOf(parts, record, "match", search.elements)),
    ...included.map((record) => entryOf(parts, record, "include", undefined)),
    ...(warnings.length > 0 ? [outcomeEntry(warnings)] : []),
  ];
  return {
    resourceType: "Bundle",
    type: "searchset",
    ...(total === undefined ? {} : { total }),
    link: linksOf(parts),
    ...(entry.length > 0 ? { entry } : {}),
  };
}

/** The same Bundle as bytes, where all resources leave whole: nothing is written again that the store has as text. */
export function searchsetBytes(parts: SearchsetParts, bundle: JsonObject): Buffer | undefined {
  const { baseUrl, search, matches, included, warnings } = parts;
  if (!isWhole(search) || matches.length + included.length === 0) return undefined;
  const { entry: _, ...head } = bundle;
  const pieces: Uint8Array[] = [Buffer.from(`${JSON.stringify(head).slice(0, -1)},"entry":[`)];
  let comma = "";
  for (const [mode, records] of [
    ["match", matches],
    ["include", included],
  ] as const) {
    const tail = Buffer.from(`,"search":{"mode":"${mode}"}}`);
    for (const { type, id, json } of records) {
      pieces.push(
        Buffer.from(`${comma}{"fullUrl":${JSON.stringify(`${baseUrl}/${type}/${id}`)},"resource":`),
        json,
        tail,
      );
      comma = ",";
    }
  }
  if (warnings.length > 0) pieces.push(Buffer.from(`,${JSON.stringify(outcomeEntry(warnings))}`));
  pieces.push(Buffer.from("]}"));
  return Buffer.concat(pieces);
}

function entryOf(
  { baseUrl, search: { summary } }: SearchsetParts,
  { type, id, resource }: OpenRecord,
  mode: "match" | "include",
  elements: readonly string[] | undefined,
): JsonObject {
  const options = { summary, elements };
  return {
    fullUrl: `${baseUrl}/${type}/${id}`,
    resource: isWhole(options) ? resource : subset(resource, options),
    search: { mode },
  };
}

function linksOf({ baseUrl, path, search, cursor, next }: SearchsetParts): JsonObject[] {
  const url = path === "" ? `${baseUrl}/` : `${baseUrl}/${path}`;
  const first = search.self === "" ? url : `${url}?${search.self}`;
  // A query that a cursor does not carry goes beside it.
  const rest = typeof carried(search.self) === "string" ? "" : `${search.self}&`;
  const at = (token: string): string => `${url}?${rest}_cursor=${token}`;
  return [
    { relation: "self", url: cursor === undefined ? first : at(cursor) },
    ...(cursor === undefined && next === undefined ? [] : [{ relation: "first", url: first }]),
    ...(next === undefined ? [] : [{ relation: "next", url: at(next) }]),
  ];
}

function outcomeEntry(warnings: readonly string[]): JsonObject {
  const issue = warnings.map((diagnostics) => ({ severity: "warning", code: "incomplete", diagnostics }));
  return { resource: { resourceType: "OperationOutcome", issue }, search: { mode: "outcome" } };
}
