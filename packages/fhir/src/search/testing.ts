/** What tests of this folder share: a query against one resource, and a blind index that can be read. */
import type { JsonObject } from "../json.ts";
import type { BlindIndex, FlatCriterion } from "./contract.ts";
import { meets } from "./meets.ts";
import { parseSearch } from "./parse-search.ts";
import { resolveValueSets, type FindDefinition } from "./terminology/value-sets.ts";

export const NOW = new Date("2024-06-01T12:00:00Z");
export const BASE = "https://ward.example/fhir";

/** Whether the query finds the resource. */
export function finds(resource: JsonObject, query: string): boolean {
  return meets(resource, flatCriteria(resource["resourceType"] as string, query));
}

export async function findsIn(resource: JsonObject, query: string, find?: FindDefinition): Promise<boolean> {
  const type = resource["resourceType"] as string;
  const search = await resolveValueSets(parse(type, query), find ?? (() => Promise.resolve(undefined)));
  return meets(resource, search.criteria as readonly FlatCriterion[]);
}

export function flatCriteria(type: string, query: string): readonly FlatCriterion[] {
  return parse(type, query).criteria as readonly FlatCriterion[];
}

export function parse(type: string, query: string): ReturnType<typeof parseSearch> {
  return parseSearch([type], encodePlus(query), "strict", { now: NOW, baseUrl: BASE });
}

/** Numbers in the order in which domains and values are first met: no two collide. */
export function readableIndex(): { readonly blindIndex: BlindIndex; readonly names: ReadonlyMap<bigint, string> } {
  const byName = new Map<string, bigint>();
  const names = new Map<bigint, string>();
  return {
    names,
    blindIndex(domain, value) {
      const name = `${domain}=${value}`;
      const known = byName.get(name);
      if (known !== undefined) return known;
      const token = BigInt(byName.size + 1);
      byName.set(name, token);
      names.set(token, name);
      return token;
    },
  };
}

/** Tests write a query as a person would: a `+` is a plus. */
function encodePlus(query: string): string {
  return query.replaceAll("%", "%25").replaceAll("+", "%2B");
}
