/**
 * The generated modules of R4's resource types, each loaded when a resource of the type is first met: all of them at
 * once would cost a start that uses a dozen. Loading is synchronous (`require` of an ES module), because a validator
 * may meet a new type in the middle of a Bundle.
 */
import { createRequire } from "node:module";
import type { SearchValue } from "../extraction/search-value.ts";
import { isResourceType } from "../search/definitions.ts";
import type { JsonObject } from "../json.ts";
import type { Check } from "./check.ts";

export interface ResourceModule {
  readonly validate: (resource: JsonObject, check: Check) => void;
  /** By the name of the search parameter. */
  readonly extractors: Readonly<Record<string, (resource: JsonObject, out: SearchValue[]) => void>>;
}

const require = createRequire(import.meta.url);
const loaded = new Map<string, ResourceModule>();

/** Undefined for a name that is no R4 resource type. */
export function resourceModule(type: string): ResourceModule | undefined {
  const known = loaded.get(type);
  if (known) return known;
  if (!isResourceType(type)) return undefined;
  const module = require(`../generated/resources/${type}.js`) as ResourceModule;
  loaded.set(type, module);
  return module;
}
