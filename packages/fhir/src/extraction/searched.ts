/** A record as a search looks at it: by whole resources here, by their cards in `storage/card.ts`. */
import type { JsonObject } from "../json.ts";
import { searchValuesOf } from "./extract.ts";
import type { SearchValue } from "./search-value.ts";

export interface Searched {
  readonly type: string;
  /** Logical. */
  readonly id: string;
  /** The values of one search parameter. */
  valuesOf(parameter: string): readonly SearchValue[];
}

export function searchedOf(resource: JsonObject): Searched {
  return {
    type: resource["resourceType"] as string,
    id: resource["id"] as string,
    valuesOf: (parameter) => searchValuesOf(resource, parameter),
  };
}
