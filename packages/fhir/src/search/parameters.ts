/** R4's search parameters by type: generated data (`scripts/generate.ts`), made into objects when first asked for. */
import { typeTable } from "./definitions.ts";
import type { Parameter, ParameterKind } from "./contract.ts";

/** In the definitions, but not answered: over ciphertext there is no text index, named queries, or distance. */
const REFUSED = new Set(["_text", "_content", "_query", "near"]);
const DEFINITION = "http://hl7.org/fhir/SearchParameter/";

const known = new Map<string, ReadonlyMap<string, Parameter>>();

/** Undefined for what the type has not, or Ward does not answer. */
export function parameterOf(type: string, name: string): Parameter | undefined {
  return parametersByName(type).get(name);
}

/** All that are answered, by name. */
export function parametersOf(type: string): readonly Parameter[] {
  return [...parametersByName(type).values()];
}

/** R4 defines it for the type, and it is refused. */
export function isRefused(type: string, name: string): boolean {
  return REFUSED.has(name) && Object.hasOwn(typeTable(type), name);
}

function parametersByName(type: string): ReadonlyMap<string, Parameter> {
  const found = known.get(type);
  if (found) return found;
  const parameters = new Map<string, Parameter>();
  const make = (name: string): Parameter => {
    const { kind, id, targets, single, components } = typeTable(type)[name] as (typeof table)[string];
    return {
      name,
      kind: kind as ParameterKind,
      definition: DEFINITION + id,
      ...(targets ? { targets } : {}),
      ...(single ? { isSingle: single } : {}),
      ...(components ? { components: components.map(make) } : {}),
    };
  };
  const table = typeTable(type);
  for (const name of Object.keys(table)) if (!REFUSED.has(name)) parameters.set(name, make(name));
  known.set(type, parameters);
  return parameters;
}
