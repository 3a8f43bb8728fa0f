/**
 * Parameters that shape the answer and filter nothing: `_sort`, `_count`, `_include` … (FHIR R4 search §3.1.1.6).
 * `_format` and `_pretty` are the front's, and leave no trace here.
 */
import type { Include, Search, SortKey } from "./contract.ts";
import { isResourceType } from "./definitions.ts";
import { parameterOf } from "./parameters.ts";
import { commonParameter } from "./parse-criterion.ts";
import { invalidSearch, tooLargeSearch, unsupportedSearch } from "./refuse.ts";

/** What is known of the answer so far. */
export type Results = {
  -readonly [Key in "sort" | "includes" | "reverseIncludes"]: Search[Key] extends readonly (infer Each)[]
    ? Each[]
    : never;
} & { -readonly [Key in "count" | "total" | "summary" | "elements" | "cursor"]?: NonNullable<Search[Key]> };

export const SORT_KEYS_MAX = 10;
export const INCLUDES_MAX = 50;
const ELEMENTS_MAX = 100;
const CURSOR_MAX_LENGTH = 4_096;
/** Would narrow the answer, so that ignoring them would give a wrong one. */
const REFUSED = new Set(["_filter", "_query", "_text", "_content"]);
const IGNORED = new Set(["_format", "_pretty"]);

/** False where the name is no parameter of results. `types` is what `_sort` names parameters of. */
export function parseResult(
  results: Results,
  types: readonly string[],
  name: string,
  text: string,
): "taken" | "silent" | undefined {
  const [code, modifier] = name.split(":") as [string, string?];
  if (IGNORED.has(code)) return "silent";
  if (REFUSED.has(code)) throw unsupportedSearch(code, "parameter");
  if (code === "_include" || code === "_revinclude") {
    const list = code === "_include" ? results.includes : results.reverseIncludes;
    if (list.length >= INCLUDES_MAX) throw tooLargeSearch(code, "limitIncludes", INCLUDES_MAX);
    list.push(parseInclude(code, modifier, text));
    return "taken";
  }
  if (!Object.hasOwn(SINGLE, code)) return undefined;
  if (modifier !== undefined) throw invalidSearch(code, "modifier");
  const key = code.slice(1) as keyof Results;
  if (code === "_sort" ? results.sort.length > 0 : results[key] !== undefined) throw invalidSearch(code, "repeated");
  SINGLE[code]?.(results, text, types);
  return code === "_cursor" || code.startsWith("_contained") ? "silent" : "taken";
}

type Take = (results: Results, text: string, types: readonly string[]) => void;

const SINGLE: Readonly<Record<string, Take>> = {
  _count: (results, text) => {
    if (!/^\d{1,18}$/.test(text)) throw invalidSearch("_count", "number-form");
    results.count = Number(text);
  },
  _total: (results, text) => (results.total = oneOf("_total", text, ["none", "estimate", "accurate"])),
  _summary: (results, text) => (results.summary = oneOf("_summary", text, ["true", "false", "text", "data", "count"])),
  _elements: (results, text) => (results.elements = parseElements(text)),
  _sort: (results, text, types) => void results.sort.push(...parseSort(text, types)),
  _cursor: (results, text) => {
    if (text === "" || text.length > CURSOR_MAX_LENGTH) throw invalidSearch("_cursor", "cursor-form");
    results.cursor = text;
  },
  _contained: (_results, text) => {
    if (oneOf("_contained", text, ["false", "true", "both"]) !== "false")
      throw unsupportedSearch("_contained", "value");
  },
  _containedType: (_results, text) => {
    if (oneOf("_containedType", text, ["container", "contained"]) !== "container") {
      throw unsupportedSearch("_containedType", "value");
    }
  },
};

function oneOf<const Value extends string>(name: string, text: string, values: readonly Value[]): Value {
  const found = values.find((each) => each === text);
  if (found === undefined) throw invalidSearch(name, "code");
  return found;
}

function parseElements(text: string): string[] {
  const elements = text.split(",").map((each) => each.trim());
  if (elements.length > ELEMENTS_MAX) throw tooLargeSearch("_elements", "limitElements", ELEMENTS_MAX);
  if (!elements.every((each) => /^([A-Z][A-Za-z]*\.)?[a-z][A-Za-z]*(\.[A-Za-z]+)*$/.test(each)))
    throw invalidSearch("_elements", "element-form");
  return elements;
}

function parseSort(text: string, types: readonly string[]): SortKey[] {
  const keys = text.split(",");
  if (keys.length > SORT_KEYS_MAX) throw tooLargeSearch("_sort", "limitSortKeys", SORT_KEYS_MAX);
  return keys.map((key) => {
    const isDescending = key.startsWith("-");
    const parameter = commonParameter(types, isDescending ? key.slice(1) : key);
    if (!parameter) throw invalidSearch("_sort", "unknown-parameter");
    if (parameter.kind === "composite" || parameter.kind === "special") throw invalidSearch("_sort", "not-sortable");
    return { parameter, isDescending };
  });
}

/** `Type:parameter`, `Type:parameter:Target`, `Type:*`, `*`. */
function parseInclude(name: string, modifier: string | undefined, text: string): Include {
  if (modifier === "recurse") throw unsupportedSearch(name, "use-iterate");
  if (modifier !== undefined && modifier !== "iterate") throw invalidSearch(name, "modifier");
  const isIterating = modifier === "iterate";
  if (text === "*") return { type: "*", parameter: "*", isIterating };
  const [type = "", parameter = "", target, ...rest] = text.split(":");
  if (!isResourceType(type) || rest.length > 0) throw invalidSearch(name, "include-form");
  if (target !== undefined && !isResourceType(target)) throw invalidSearch(name, "target-type");
  const include = { type, parameter, isIterating, ...(target === undefined ? {} : { target }) };
  if (parameter === "*") return include;
  const found = parameterOf(type, parameter);
  if (found?.kind !== "reference") throw invalidSearch(name, "include-parameter");
  if (target !== undefined && found.targets && !found.targets.includes(target))
    throw invalidSearch(name, "target-type");
  return include;
}
