/** A record as a search looks at it: by whole resources here, by their cards in `storage/card.ts`. */
import { isObject, type JsonObject } from "../json.ts";
import { searchValuesOf } from "./extract.ts";
import type { SearchValue } from "./search-value.ts";

export interface Searched {
  readonly type: string;
  /** Logical. */
  readonly id: string;
  /** Absent where a card is looked at. */
  readonly resource?: JsonObject;
  /** The values of one search parameter. */
  valuesOf(parameter: string): readonly SearchValue[];
}

export function searchedOf(resource: JsonObject): Searched {
  return {
    type: resource["resourceType"] as string,
    id: resource["id"] as string,
    resource,
    valuesOf: (parameter) => searchValuesOf(resource, parameter),
  };
}

/**
 * What the record contains under a reference such as `#m1`. It has no logical id, so that no `_id` names it, and what it
 * refers to as `#…` itself lies beside it.
 */
export function containedAs({ resource }: Searched, reference: string): Searched | undefined {
  const contained = resource?.["contained"];
  if (!reference.startsWith("#") || !Array.isArray(contained)) return undefined;
  const id = reference.slice(1);
  const found = contained.find((each) => isObject(each) && each["id"] === id);
  if (!isObject(found)) return undefined;
  const whole = { ...found, contained };
  return {
    type: found["resourceType"] as string,
    id: "",
    resource: whole,
    valuesOf: (parameter) => (parameter === "_id" ? [] : searchValuesOf(whole, parameter)),
  };
}
