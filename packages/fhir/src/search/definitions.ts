/** What R4 calls its resource types, and where they say whom they are about: a generated table (`scripts/generate.ts`). */
import { readFileSync } from "node:fs";

/** One supported search parameter of one type. */
export interface SearchParameter {
  readonly kind: "token" | "reference" | "date";
  /** Element paths without the type: `code`, `participant.actor`. */
  readonly paths: readonly string[];
  /** Types that a reference may point to. */
  readonly target?: readonly string[];
}

export interface TypeSearch {
  readonly search: Readonly<Record<string, SearchParameter>>;
  /** Paths of the R4 Patient compartment definition, as that lists them. */
  readonly compartment: readonly string[];
}

let table: Readonly<Record<string, TypeSearch>> | undefined;

export function isResourceType(name: unknown): name is string {
  return typeof name === "string" && Object.hasOwn(searchTable(), name);
}

/** MUST be called with a known type. */
export function searchOf(type: string): TypeSearch {
  return searchTable()[type] ?? { search: {}, compartment: [] };
}

function searchTable(): Readonly<Record<string, TypeSearch>> {
  table ??= JSON.parse(readFileSync(new URL("../generated/search.json", import.meta.url), "utf8")) as Record<
    string,
    TypeSearch
  >;
  return table;
}
