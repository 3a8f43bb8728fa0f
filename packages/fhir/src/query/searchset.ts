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
  const { matches, included, total, warnings } = parts;
  const entry = [
    ...matches.map((record) => entryOf(parts, record, "match")),
    ...included.map((record) => entryOf(parts, record, "include")),
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
export function searchsetBytes(parts: SearchsetParts): Buffer | undefined {
  const { baseUrl, search, matches, included, total, warnings } = parts;
  const records = included.length === 0 ? matches : [...matches, ...included];
  if (!isWhole(search) || records.length === 0) return undefined;
  const count = total === undefined ? "" : `"total":${total},`;
  const link = JSON.stringify(linksOf(parts));
  const next = `{"fullUrl":${JSON.stringify(baseUrl).slice(0, -1)}/`;
  const begin = Buffer.from(`{"resourceType":"Bundle","type":"searchset",${count}"link":${link},"entry":[${next}`);
  const behindMatch = Buffer.from(`${MATCH},${next}`);
  const behindIncluded = Buffer.from(`${INCLUDED},${next}`);
  const outcome = warnings.length > 0 ? `,${JSON.stringify(outcomeEntry(warnings))}` : "";
  const end = Buffer.from(`${included.length > 0 ? INCLUDED : MATCH}${outcome}]}`);
  // Types and ids need no escape. One buffer for all: what a piece costs is a buffer of its own more than its bytes.
  const names = records.map(({ type, id }) => `${type}/${id}","resource":`);
  let size = begin.length + end.length;
  for (let place = 0; place < records.length; place++) {
    const behind = place < matches.length ? behindMatch : behindIncluded;
    size += (names[place] as string).length + (records[place] as OpenRecord).json.length + behind.length;
  }
  const bytes = Buffer.allocUnsafe(size);
  let at = 0;
  const put = (piece: Buffer): void => {
    bytes.set(piece, at);
    at += piece.length;
  };
  put(begin);
  for (let place = 0; place < records.length; place++) {
    at += bytes.write(names[place] as string, at, "latin1");
    put((records[place] as OpenRecord).json);
    if (place < records.length - 1) put(place < matches.length ? behindMatch : behindIncluded);
  }
  put(end);
  return bytes.subarray(0, at);
}

/** Behind a resource, to the end of its entry. */
const MATCH = ',"search":{"mode":"match"}}';
const INCLUDED = ',"search":{"mode":"include"}}';

function entryOf(
  { baseUrl, search: { summary, elements } }: SearchsetParts,
  { type, id, resource }: OpenRecord,
  mode: "match" | "include",
): JsonObject {
  const options = { summary, elements: elements && elementsOf(elements, type, mode) };
  return {
    fullUrl: `${baseUrl}/${type}/${id}`,
    resource: isWhole(options) ? resource : subset(resource, options),
    search: { mode },
  };
}

/** Names alone are of the matches; with a type before them, of what is included too. Undefined where none is named. */
function elementsOf(elements: readonly string[], type: string, mode: "match" | "include"): string[] | undefined {
  const names = elements.flatMap((each) => {
    const [, ofType, name = each] = /^([A-Z]\w*)\.(.+)$/.exec(each) ?? [];
    return (ofType === undefined ? mode === "match" : ofType === type) ? [name] : [];
  });
  return names.length > 0 ? names : undefined;
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
