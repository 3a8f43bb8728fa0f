/**
 * The part of R4's search parameters that is data: kinds and targets of what the store indexes, and where a resource of
 * each type names its patient. Values come from the generated extractors.
 */
import { parametersOf } from "./compile-extractors.ts";
import type { Json } from "./json.ts";
import type { Definitions } from "./read-definitions.ts";

/** What the store answers by blind index. */
const SUPPORTED_PARAMETERS = new Set(["identifier", "subject", "patient", "code", "birthdate"]);

export function searchTable(definitions: Definitions): Json {
  const table: Json = {};
  for (const type of definitions.resources) {
    const parameters = parametersOf(type, definitions).filter((each) => (each["base"] as string[]).includes(type));
    const search: Json = {};
    for (const parameter of parameters) {
      const code = parameter["code"] as string;
      const paths = pathsOf(parameters, code, type);
      if (!SUPPORTED_PARAMETERS.has(code) || paths.length === 0) continue;
      search[code] = {
        kind: parameter["type"],
        paths,
        ...(parameter["target"] ? { target: parameter["target"] } : {}),
      };
    }
    const compartment = (definitions.compartment.get(type) ?? []).flatMap((code) => pathsOf(parameters, code, type));
    table[type] = { search, compartment: [...new Set(compartment)] };
  }
  return table;
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
