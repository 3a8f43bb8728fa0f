/** The values that a resource is searched by, for every R4 search parameter of its type, by generated extractors. */
import type { JsonObject } from "../json.ts";
import { resourceModule } from "../validation/resource-modules.ts";
import type { SearchValue } from "./search-value.ts";

/** The resource MUST be valid. Values of one parameter are in the order of the resource. */
export function extractSearchValues(resource: JsonObject): readonly SearchValue[] {
  const values: SearchValue[] = [];
  resourceModule(resource["resourceType"] as string)?.extract(resource, values);
  return values;
}
