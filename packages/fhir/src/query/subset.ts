/**
 * `_summary` and `_elements`: a resource with fewer elements, marked SUBSETTED so that nobody takes it for the whole and
 * writes it back (FHIR R4 search §3.1.1.5.13, §3.1.1.5.14). Modifier elements always stay: without them the rest would
 * mean something else.
 */
import { readFileSync } from "node:fs";
import { isObject, withExact, type JsonObject, type JsonValue } from "../json.ts";

export interface SubsetOptions {
  readonly summary?: "true" | "false" | "text" | "data" | "count" | undefined;
  /** Names of top-level elements, choices with or without their type: `value`, `valueQuantity`. */
  readonly elements?: readonly string[] | undefined;
}

/** Kept members of an element: `true` whole, a map in part. A name that ends in `[x]` stands for each of its types. */
type Kept = ReadonlyMap<string, true | Kept>;

interface TypeSubset {
  readonly summary: readonly string[];
  readonly mandatory: readonly string[];
}

const ALWAYS = ["resourceType", "id", "meta", "implicitRules", "modifierExtension"];
const SUBSETTED = { system: "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", code: "SUBSETTED" };

let table: Readonly<Record<string, TypeSubset>> | undefined;
const summaries = new Map<string, Kept>();

/** Whether `subset` would answer the resource as it is. */
export function isWhole({ summary, elements }: SubsetOptions): boolean {
  return (summary === undefined || summary === "false") && elements === undefined;
}

/** A copy with what the options keep; the resource itself where they keep all. */
export function subset(resource: JsonObject, options: SubsetOptions): JsonObject {
  if (isWhole(options)) return resource;
  const type = resource["resourceType"] as string;
  const { summary, elements } = options;
  if (summary === "data") {
    const { text: _, ...rest } = resource;
    return marked(rest);
  }
  const { mandatory } = subsetOf(type);
  if (summary === "text") return marked(keep(resource, keptOf(["text", ...mandatory])));
  if (elements !== undefined) return marked(keep(resource, keptOf([...elements.flatMap(withChoice), ...mandatory])));
  return marked(keep(resource, summaryOf(type)));
}

function summaryOf(type: string): Kept {
  let kept = summaries.get(type);
  if (!kept) {
    const { summary, mandatory } = subsetOf(type);
    kept = keptOf([...summary, ...mandatory.filter((name) => !summary.includes(name))]);
    summaries.set(type, kept);
  }
  return kept;
}

/** Paths as a tree. */
function keptOf(paths: readonly string[]): Kept {
  const root = new Map<string, true | Map<string, unknown>>();
  for (const name of ALWAYS) root.set(name, true);
  for (const path of paths) {
    let level = root as Map<string, unknown>;
    const names = path.split(".");
    for (const name of names.slice(0, -1)) {
      const below = level.get(name);
      const next = below instanceof Map ? (below as Map<string, unknown>) : new Map<string, unknown>(backbone());
      level.set(name, next);
      level = next;
    }
    const last = names.at(-1) as string;
    if (!level.has(last)) level.set(last, true);
  }
  return root as Kept;
}

/** What every element may have beside its own members. */
function backbone(): [string, true][] {
  return [
    ["id", true],
    ["modifierExtension", true],
  ];
}

function keep(value: JsonObject, kept: Kept): JsonObject {
  const result: JsonObject = withExact({}, value);
  for (const [name, member] of Object.entries(value)) {
    const rule = ruleOf(kept, name.startsWith("_") ? name.slice(1) : name);
    if (rule === undefined) continue;
    const rest = rule === true ? member : keepEach(member, rule);
    if (rest !== undefined) result[name] = rest;
  }
  return withExact(result, value);
}

/** An element that keeps none of its members is left out: R4 knows no empty one. */
function keepEach(value: JsonValue, kept: Kept): JsonValue | undefined {
  if (Array.isArray(value)) {
    const rest = value.flatMap((each) => keepEach(each, kept) ?? []);
    return rest.length > 0 ? rest : undefined;
  }
  if (!isObject(value)) return value;
  const rest = keep(value, kept);
  return Object.keys(rest).length > 0 ? rest : undefined;
}

function ruleOf(kept: Kept, name: string): true | Kept | undefined {
  const rule = kept.get(name);
  if (rule !== undefined) return rule;
  for (let at = 1; at < name.length; at++) {
    const letter = name.charCodeAt(at);
    if (letter >= 65 && letter <= 90 && kept.get(`${name.slice(0, at)}[x]`) === true) return true;
  }
  return undefined;
}

/** `value` also names `valueQuantity`. */
function withChoice(name: string): string[] {
  return [name, `${name}[x]`];
}

function marked(resource: JsonObject): JsonObject {
  const { resourceType, id, ...rest } = resource;
  const meta = isObject(rest["meta"]) ? rest["meta"] : {};
  const tags = (Array.isArray(meta["tag"]) ? meta["tag"] : []).filter(
    (each) => !isObject(each) || each["code"] !== SUBSETTED.code || each["system"] !== SUBSETTED.system,
  );
  return {
    resourceType: resourceType as string,
    ...(id === undefined ? {} : { id }),
    ...rest,
    meta: { ...meta, tag: [...tags, { ...SUBSETTED }] },
  };
}

function subsetOf(type: string): TypeSubset {
  table ??= JSON.parse(readFileSync(new URL("../generated/summary.json", import.meta.url), "utf8")) as Record<
    string,
    TypeSubset
  >;
  return table[type] ?? { summary: [], mandatory: [] };
}
