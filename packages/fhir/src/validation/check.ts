/** One resource being checked: what generated validators, and the functions they call, pass along. */
import { isObject, type JsonObject } from "../json.ts";

export interface Issue {
  /** FHIRPath-like, from the validator's own object: `component[2].value`; empty for the object itself. */
  path: string;
  readonly rule: string;
}

export type Validator = (value: JsonObject, check: Check) => void;

export interface Check {
  readonly issues: Issue[];
  readonly issuesMax: number;
  depth: number;
  /** FHIRPath's `%resource` and `%rootResource`. */
  resource: JsonObject;
  root: JsonObject;
  /** Contained resources by id, of the root they were read from. */
  contained: { readonly root: JsonObject; readonly byId: ReadonlyMap<string, JsonObject> } | undefined;
  /** Ids of the elements of `resource` that were met so far; undefined before the first. */
  ids: Set<string> | undefined;
  /** The validator of a resource type; undefined for a name that is none. */
  readonly validatorOf: (type: string) => Validator | undefined;
}

/** The root's contained resources by id: read once, so that many references cost no more than their number. */
export function containedIn(c: Check): ReadonlyMap<string, JsonObject> {
  if (c.contained?.root !== c.root) {
    const contained = c.root["contained"];
    const byId = new Map<string, JsonObject>();
    for (const each of Array.isArray(contained) ? contained : []) {
      if (isObject(each) && typeof each["id"] === "string" && !byId.has(each["id"])) byId.set(each["id"], each);
    }
    c.contained = { root: c.root, byId };
  }
  return c.contained.byId;
}
