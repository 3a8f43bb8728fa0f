/** Asks each search that must find a stored resource, follows its pages, and says which resources it missed. */
import type { JsonObject } from "../../src/json.ts";
import type { Server } from "./node.ts";
import type { Query } from "./queries.ts";

export type Verdict = "found" | "missing" | "refused" | "failed";

export interface Asked {
  readonly query: Query;
  readonly verdict: Verdict;
  /** Which resources were missed, or what the server said. */
  readonly detail?: string;
}

const PAGES_MAX = 50;
const PAGE = 500;
const IDS_MAX = 30;
const OPEN_RANGE = /^[gl]e\d/;

/** `wanted`: ids of the resources that the query must find. */
export async function ask(server: Server, query: Query, wanted: ReadonlySet<string>): Promise<Asked> {
  const { type, name, value } = query;
  const missing = new Set(wanted);
  // An open range finds half of all records: it is asked about those that it must find.
  const narrowed = OPEN_RANGE.test(value) ? `&_id=${[...wanted].slice(0, IDS_MAX).join(",")}` : "";
  if (narrowed !== "") for (const id of [...missing].slice(IDS_MAX)) missing.delete(id);
  const asked = `${encodeURIComponent(name)}=${encodeURIComponent(value)}${narrowed}`;
  let path: string | undefined = `${type}?${asked}&_count=${PAGE}`;
  for (let page = 0; path !== undefined && missing.size > 0 && page < PAGES_MAX; page += 1) {
    const { status, text } = await server.send("GET", path);
    if (status !== 200) {
      return { query, verdict: status >= 500 && status !== 501 ? "failed" : "refused", detail: reasonOf(status, text) };
    }
    const bundle = JSON.parse(text) as {
      readonly entry?: readonly { readonly resource?: JsonObject }[];
      readonly link?: readonly { readonly relation: string; readonly url: string }[];
    };
    for (const { resource } of bundle.entry ?? []) missing.delete(resource?.["id"] as string);
    const next = bundle.link?.find(({ relation }) => relation === "next")?.url;
    path = next === undefined ? undefined : next.replace(/^.*\/fhir\/R4\//, "");
  }
  return missing.size === 0
    ? { query, verdict: "found" }
    : {
        query,
        verdict: "missing",
        detail: `${missing.size} of ${wanted.size}: ${[...missing].slice(0, 3).join(", ")}`,
      };
}

function reasonOf(status: number, text: string): string {
  const match = /"diagnostics":"([^"]*?),? ?trace[^"]*"/.exec(text);
  return `${status} ${match?.[1] ?? ""} ${/"text":"([^"]*)"/.exec(text)?.[1] ?? ""}`.trim();
}
