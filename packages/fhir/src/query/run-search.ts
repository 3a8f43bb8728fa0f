/** Searches of types and compartments, from the first page and from cursors. */
import { isDeepStrictEqual } from "node:util";
import { WardError } from "@ward/core";
import type { Search } from "../search/contract.ts";
import { parseSearch } from "../search/parse-search.ts";
import { resolveValueSets } from "../search/terminology/value-sets.ts";
import { answerSearch, type SearchRun } from "./answer-search.ts";
import { carried, openCursor } from "./cursor.ts";
import { findDefinition } from "./find-definition.ts";
import type { SearchCall, SearchResult, SearchTools } from "./search-call.ts";

export async function runSearch(tools: SearchTools, call: SearchCall, asked: Search): Promise<SearchResult> {
  const run = resume(tools, call, asked, (query, now) =>
    parseSearch(asked.types, query, "lenient", { baseUrl: call.baseUrl, now }),
  );
  const search = await resolveValueSets(run.search, (url) => findDefinition(tools, call, url));
  return await answerSearch(tools, call, search === run.search ? run : { ...run, search });
}

/** The search that a cursor continues, by its own query; where there is no cursor, the search as it is. */
export function resume(
  tools: SearchTools,
  call: SearchCall,
  search: Search,
  parse: (query: string, now: Date) => Search,
): SearchRun {
  const token = search.cursor;
  if (token === undefined) return { search, now: tools.clock.now() };
  const cursor = openCursor(tools.vault, call, token);
  const isSame = search.self === cursor.query || isDeepStrictEqual(carried(search.self), cursor.query);
  // A client may repeat how many it wants; the pages of one search are of one size all the same.
  const rest = search.self.split("&").filter((pair) => pair !== "" && !pair.startsWith("_count="));
  if (!isSame && (rest.length > 0 || typeof cursor.query !== "string")) {
    throw new WardError("invalid-request", { parameter: "_cursor", reason: "other-query" });
  }
  const query = typeof cursor.query === "string" ? cursor.query : search.self;
  return { search: parse(query, cursor.now), now: cursor.now, cursor, token };
}
