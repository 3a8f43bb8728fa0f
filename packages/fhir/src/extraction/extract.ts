/** The values that a resource is searched by, for every R4 search parameter of its type, by generated extractors. */
import type { JsonObject } from "../json.ts";
import { resourceModule } from "../validation/resource-modules.ts";
import type { SearchValue } from "./search-value.ts";

/** The resource MUST be valid. Values of one parameter are in the order of the resource. */
export function extractSearchValues(resource: JsonObject): readonly SearchValue[] {
  const values: SearchValue[] = [];
  const { extractors = {} } = resourceModule(resource["resourceType"] as string) ?? {};
  for (const name in extractors) extractors[name]?.(resource, values);
  return values;
}

/** The values of one parameter; none where the type has no such parameter. The resource MUST be valid. */
export function searchValuesOf(resource: JsonObject, parameter: string): readonly SearchValue[] {
  const values: SearchValue[] = [];
  const { extractors } = resourceModule(resource["resourceType"] as string) ?? {};
  if (extractors && Object.hasOwn(extractors, parameter)) extractors[parameter]?.(resource, values);
  return values;
}
