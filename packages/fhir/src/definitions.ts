/**
 * R4 definitions at run time: generated files (`scripts/generate.ts`), each resource type loaded when first needed.
 * All of them at once would cost 30 MB and 200 ms at start; a node uses a dozen.
 */
import { readFileSync } from "node:fs";
import { loadDataType } from "@medplum/core";

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

type StructureDefinition = Parameters<typeof loadDataType>[0];

let table: Readonly<Record<string, TypeSearch>> | undefined;
let codes: ReadonlyMap<string, ReadonlySet<string>> | undefined;
let typesAreLoaded = false;
const loaded = new Map<string, StructureDefinition>();
const elementNames = new Set<string>();

export function isResourceType(name: unknown): name is string {
  return typeof name === "string" && Object.hasOwn(searchTable(), name);
}

/** MUST be called with a known type. */
export function searchOf(type: string): TypeSearch {
  return searchTable()[type] ?? { search: {}, compartment: [] };
}

/** Makes `type` known to the validator, with all data types. */
export function loadDefinition(type: string): StructureDefinition {
  if (!typesAreLoaded) {
    for (const each of readGenerated("types.json") as StructureDefinition[]) {
      register(each);
    }
    typesAreLoaded = true;
  }
  let definition = loaded.get(type);
  if (!definition) {
    definition = readGenerated(`resources/${type}.json`) as StructureDefinition;
    register(definition);
  }
  return definition;
}

/** The definition of a data type or resource type that is loaded. */
export function loadedDefinition(type: string): StructureDefinition | undefined {
  return loaded.get(type);
}

/** Whether some loaded type has an element of this name: the only names that may appear in an error's path. */
export function isElementName(name: string): boolean {
  return elementNames.has(name);
}

/** Codes of a value set with a required binding; undefined where it can't be enumerated (MIME types). */
export function codesOf(valueSet: string): ReadonlySet<string> | undefined {
  codes ??= new Map(
    Object.entries(readGenerated("codes.json") as Record<string, string[]>).map(([url, list]) => [url, new Set(list)]),
  );
  return codes.get(valueSet);
}

function register(definition: StructureDefinition): void {
  loadDataType(definition);
  loaded.set(definition.name, definition);
  for (const element of definition.snapshot?.element ?? []) {
    for (const name of elementKeys(element)) elementNames.add(name);
  }
}

/** The JSON member names of an element: one, or one per type where the path ends in `[x]`. */
export function elementKeys(element: {
  readonly path: string;
  readonly type?: readonly { readonly code: string }[];
}): string[] {
  const name = element.path.slice(element.path.lastIndexOf(".") + 1);
  if (!name.endsWith("[x]")) return [name];
  const stem = name.slice(0, -3);
  return [stem, ...(element.type ?? []).map(({ code }) => stem + code.charAt(0).toUpperCase() + code.slice(1))];
}

function searchTable(): Readonly<Record<string, TypeSearch>> {
  table ??= readGenerated("search.json") as Record<string, TypeSearch>;
  return table;
}

function readGenerated(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`./generated/${name}`, import.meta.url), "utf8"));
}
