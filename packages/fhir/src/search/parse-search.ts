/**
 * A query string as a search (https://hl7.org/fhir/R4/search.html). What R4 or Ward does not know is ignored, and left out
 * of `self`, or refused where the client asked for `Prefer: handling=strict` (§3.1.1.2). What is known and wrong (a
 * modifier, a prefix, a date) is always refused: the answer would be another than the one asked for. A parameter without
 * a value is what an empty field of a form becomes: it is ignored (§3.1.1.3).
 */
import type { Criterion, Search, SearchContext } from "./contract.ts";
import { isResourceType } from "./definitions.ts";
import { parseCriterion } from "./parse-criterion.ts";
import { parseResult, type Results } from "./parse-results.ts";
import { invalidSearch, tooLargeSearch } from "./refuse.ts";

export const CRITERIA_MAX = 100;
const QUERY_MAX_LENGTH = 128 * 1024;

/** `types` is one type, or all that are asked; `query` is what stands behind `?`, or a form's body. */
export function parseSearch(
  types: readonly string[],
  query: string,
  handling: "strict" | "lenient",
  context: SearchContext = {},
): Search {
  if (query.length > QUERY_MAX_LENGTH) throw tooLargeSearch("query", "limitCharacters", QUERY_MAX_LENGTH);
  const pairs = [...new URLSearchParams(query)];
  const asked = typesAsked(types, pairs);
  const results: Results = { sort: [], includes: [], reverseIncludes: [] };
  const criteria: Criterion[] = [];
  const self: string[] = [];
  for (const [name, text] of pairs) {
    if (text === "") continue;
    if (name === "_type") self.push(pairText(name, text));
    else {
      const isResult = parseResult(results, asked, name, text);
      if (isResult === "silent") continue;
      const criterion = isResult ? undefined : parseCriterion(asked, name, text, context);
      if (criterion) criteria.push(criterion);
      else if (!isResult) {
        if (handling === "strict") throw invalidSearch(name, "unknown-parameter");
        continue;
      }
      if (criteria.length > CRITERIA_MAX) throw tooLargeSearch("query", "limitParameters", CRITERIA_MAX);
      self.push(pairText(name, text));
    }
  }
  if (results.summary === "text" && results.includes.length + results.reverseIncludes.length > 0) {
    throw invalidSearch("_summary", "text-with-include");
  }
  return { types: asked, criteria, ...results, self: self.join("&") };
}

/** `_type=Patient,Observation` narrows what was asked. */
function typesAsked(types: readonly string[], pairs: readonly (readonly [string, string])[]): readonly string[] {
  const lists = pairs.filter(([name]) => name === "_type").map(([, text]) => text.split(","));
  if (lists.length === 0) return types;
  const [list = []] = lists;
  if (lists.length > 1) throw invalidSearch("_type", "repeated");
  if (!list.every(isResourceType)) throw invalidSearch("_type", "unknown-type");
  const narrowed = types.filter((type) => list.includes(type));
  if (narrowed.length === 0) throw invalidSearch("_type", "type-mismatch");
  return narrowed;
}

function pairText(name: string, text: string): string {
  return `${encode(name)}=${encode(text)}`;
}

/** What `encode` leaves as it is. */
const READABLE = /^[\w\-.!~*'():,|/$@]*$/;

/** Readable where a URL allows it: a self link is for people too. */
function encode(text: string): string {
  if (READABLE.test(text)) return text;
  return encodeURIComponent(text.toWellFormed()).replace(/%(3A|2C|7C|2F|24|40)/g, (each) => decodeURIComponent(each));
}
