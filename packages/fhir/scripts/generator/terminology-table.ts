/**
 * The code systems and value sets of R4's definitions, for `:in`, `:not-in`, `:above` and `:below`: each complete code
 * system as a tree of codes, each value set as what it includes and excludes. What only a terminology server could
 * enumerate (SNOMED CT, LOINC) is left out, so that a search by it is refused and not answered wrong.
 */
import type { Json } from "./json.ts";
import type { Definitions } from "./read-definitions.ts";

/** A code, or a code with those below it. */
type CodeNode = string | readonly [string, readonly CodeNode[]];

export function terminologyTable(definitions: Definitions): Json {
  const codeSystems: Json = {};
  for (const [url, each] of sorted(definitions.codeSystems)) {
    if (each["content"] === "complete" && each["concept"]) codeSystems[url] = nodesOf(each["concept"]);
  }
  const valueSets: Json = {};
  for (const [url, each] of sorted(definitions.valueSets)) {
    const { compose } = each as { compose?: Json };
    if (!compose) continue;
    const include = partsOf(compose["include"]);
    const exclude = partsOf(compose["exclude"] ?? []);
    if (include && exclude) valueSets[url] = exclude.length > 0 ? { include, exclude } : { include };
  }
  return { codeSystems, valueSets };
}

function nodesOf(concepts: readonly Json[]): CodeNode[] {
  return concepts.map((each) => {
    const code = each["code"] as string;
    return each["concept"] ? ([code, nodesOf(each["concept"])] as const) : code;
  });
}

/** Undefined where a filter is more than a place in the tree. */
function partsOf(parts: readonly Json[]): Json[] | undefined {
  const result: Json[] = [];
  for (const { system, concept, filter, valueSet } of parts) {
    const filters = (filter ?? []) as Json[];
    const [only] = filters;
    if (filters.length > 1 || (only && only["op"] !== "is-a" && only["op"] !== "descendent-of")) return undefined;
    result.push({
      ...(system ? { system } : {}),
      ...(concept ? { codes: (concept as Json[]).map((each) => each["code"]) } : {}),
      ...(only ? { [only["op"] === "is-a" ? "isA" : "below"]: only["value"] } : {}),
      ...(valueSet ? { valueSets: (valueSet as string[]).map((each) => each.replace(/\|.*$/, "")) } : {}),
    });
  }
  return result;
}

function sorted(map: ReadonlyMap<string, Json>): [string, Json][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}
