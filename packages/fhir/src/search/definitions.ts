/** What R4 calls its resource types, and where they say whom they are about: a generated table (`scripts/generate.ts`). */
import { readFileSync } from "node:fs";

/** One of R4's search parameters for one type. */
export interface ParameterRow {
  readonly kind: string;
  /** Last part of its definition's URL. */
  readonly id: string;
  readonly targets?: readonly string[];
  /** Of a date: a resource has at most one. */
  readonly single?: true;
  /** Names of a composite's parameters. */
  readonly components?: readonly string[];
}

export interface TypeSearch {
  readonly parameters: Readonly<Record<string, ParameterRow>>;
  /** Paths of the R4 Patient compartment definition, as that lists them. */
  readonly compartment: readonly string[];
}

let names: readonly string[] | undefined;
let table: Readonly<Record<string, TypeSearch>> | undefined;

export function isResourceType(name: unknown): name is string {
  return typeof name === "string" && Object.hasOwn(searchTable(), name);
}

/** All of R4's concrete types, sorted. */
export function resourceTypes(): readonly string[] {
  return (names ??= Object.keys(searchTable()));
}

/** MUST be called with a known type. */
export function searchOf(type: string): TypeSearch {
  return searchTable()[type] ?? { parameters: {}, compartment: [] };
}

/** All of R4's parameters of a type, by name; empty for what is no type. */
export function typeTable(type: string): Readonly<Record<string, ParameterRow>> {
  return isResourceType(type) ? searchOf(type).parameters : {};
}

function searchTable(): Readonly<Record<string, TypeSearch>> {
  table ??= JSON.parse(readFileSync(new URL("../generated/search.json", import.meta.url), "utf8")) as Record<
    string,
    TypeSearch
  >;
  return table;
}
