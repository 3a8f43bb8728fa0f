/**
 * The part of R4's search parameters that is data: name, kind, definition, targets and components of every parameter of
 * every type, and where a resource of each type names its patient. Values come from the generated extractors.
 */
import { parametersOf, yieldsOne } from "./compile-extractors.ts";
import type { Json } from "./json.ts";
import type { Definitions } from "./read-definitions.ts";

export function searchTable(definitions: Definitions): Json {
  const byUrl = new Map(definitions.searchParameters.map((each) => [each["url"] as string, each]));
  const table: Json = {};
  for (const type of definitions.resources) {
    const parameters = parametersOf(type, definitions);
    const search: Json = {};
    for (const parameter of parameters) {
      const code = parameter["code"] as string;
      const targets = targetsOf(parameter, definitions);
      search[code] = {
        kind: parameter["type"],
        id: (parameter["url"] as string).replace(/^.*\//, ""),
        ...(targets ? { targets } : {}),
        ...(parameter["type"] === "date" && yieldsOne(parameter, type, definitions) ? { single: true } : {}),
        ...(parameter["component"] ? { components: componentsOf(parameter, type, byUrl) } : {}),
      };
    }
    const compartment = (definitions.compartment.get(type) ?? []).flatMap((code) => pathsOf(parameters, code, type));
    table[type] = { parameters: search, compartment: [...new Set(compartment)] };
  }
  return table;
}

/** Absent for a reference to anything. */
function targetsOf(parameter: Json, definitions: Definitions): string[] | undefined {
  const targets = parameter["target"] as string[] | undefined;
  if (!targets) return undefined;
  const known = targets.filter((each) => definitions.resources.includes(each)).sort();
  return known.length === 0 || known.length >= definitions.resources.length - 5 ? undefined : known;
}

/** Names of the type's own parameters that the components are defined by. */
function componentsOf(parameter: Json, type: string, byUrl: ReadonlyMap<string, Json>): string[] {
  return (parameter["component"] as Json[]).map((component) => {
    const definition = byUrl.get(component["definition"]);
    if (!definition) throw new Error(`${type}.${parameter["code"]}: no ${component["definition"]}`);
    return definition["code"] as string;
  });
}

function pathsOf(parameters: readonly Json[], code: string, type: string): string[] {
  const paths = new Set<string>();
  for (const parameter of parameters) {
    if (parameter["code"] !== code || !parameter["expression"]) continue;
    for (const part of (parameter["expression"] as string).split("|")) {
      const plain = plainPath(part);
      if (plain?.[0] === type) paths.add(plain[1]);
    }
  }
  return [...paths].sort();
}

/** `Condition.subject.where(resolve() is Patient)` → `["Condition", "subject"]`; undefined for what is no plain path. */
function plainPath(expression: string): [type: string, path: string] | undefined {
  const plain = expression
    .trim()
    .replace(/^\((.*)\)$/, "$1")
    .replace(/\.where\(resolve\(\) is Patient\)$/, "")
    .replace(/\.ofType\((\w+)\)$/, (_, type: string) => type)
    .replace(/^\(?(\S+) as (\w+)\)?$/, (_, path: string, type: string) => path + type);
  const match = /^([A-Z]\w+)\.([\w.]+)$/.exec(plain);
  return match ? [match[1] as string, match[2] as string] : undefined;
}
