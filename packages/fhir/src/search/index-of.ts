/** What a write puts into the index: a resource's blind-index tokens, from one extraction. */
import { WardError } from "@ward/core";
import { resourceModule } from "../validation/resource-modules.ts";
import type { SearchValue } from "../extraction/search-value.ts";
import type { JsonObject } from "../json.ts";
import type { BlindIndex, ResourceIndex } from "./contract.ts";
import { hasRangeIndex, indexRule, type IndexRule } from "./tokens/index-rules.ts";
import type { IndexOptions } from "./tokens/index-options.ts";
import { addKeysOf, codeKeyOf } from "./tokens/value-keys.ts";
import { absenceKey, absenceRule } from "./tokens/absence.ts";

/** A list of 50,000 members is still indexed; more would hold up all other writers of the index. */
export const TOKENS_MAX = 50_000;

const NO_OPTIONS: IndexOptions = {};
const NO_TOKENS = new BigInt64Array(0);
const indexers = new WeakMap<IndexOptions, Map<string, readonly Indexer[]>>();

/** The resource MUST be valid. Throws `too-large`: without all of its tokens it would not be found. */
export function indexOf(
  resource: JsonObject,
  blindIndex: BlindIndex,
  options: IndexOptions = NO_OPTIONS,
): ResourceIndex {
  const tokens: bigint[] = [];
  let identifierKeys: BigInt64Array = NO_TOKENS;
  const values: SearchValue[] = [];
  const keys: string[] = [];
  for (const { name, extract, rule, isRange, absence } of indexersOf(resource["resourceType"] as string, options)) {
    values.length = 0;
    extract(resource, values);
    if (values.length === 0) {
      if (absence) tokens.push(blindIndex(...absence));
      continue;
    }
    if (!rule) continue;
    // Names that begin alike share keys, and each is hashed once.
    keys.length = 0;
    for (const value of values) addKeysOf(value, rule, isRange, keys);
    const first = tokens.length;
    for (const key of keys.length < 2 ? keys : new Set(keys)) tokens.push(blindIndex(rule.domain, key));
    if (name === "identifier") identifierKeys = sorted(tokens.slice(first));
  }
  const all = sorted(tokens);
  if (all.length > TOKENS_MAX) {
    throw new WardError("too-large", { type: resource["resourceType"] as string, limitTokens: TOKENS_MAX });
  }
  return { tokens: all, identifierKeys };
}

/** The token of an identifier's value, whatever its system. */
export function identifierToken(type: string, value: string, blindIndex: BlindIndex): bigint {
  return blindIndex(`${type}.identifier`, codeKeyOf(value));
}

interface Indexer {
  readonly name: string;
  readonly extract: (resource: JsonObject, out: SearchValue[]) => void;
  /** None where only the absence of values is kept. */
  readonly rule: IndexRule | undefined;
  readonly isRange: boolean;
  readonly absence: readonly [domain: string, value: string] | undefined;
}

/** What is indexed of a type at all, found once. */
function indexersOf(type: string, options: IndexOptions): readonly Indexer[] {
  const byType = indexers.get(options) ?? new Map<string, readonly Indexer[]>();
  indexers.set(options, byType);
  let known = byType.get(type);
  if (!known) byType.set(type, (known = makeIndexers(type, options)));
  return known;
}

function makeIndexers(type: string, options: IndexOptions): Indexer[] {
  return Object.entries(resourceModule(type)?.extractors ?? {}).flatMap(([name, extract]) => {
    const found = indexRule(type, name, options);
    // What lies within another parameter has its tokens there.
    const rule = found?.domain === `${type}.${name}` ? found : undefined;
    const absence = absenceRule(type, name) ? absenceKey(type, name) : undefined;
    return rule || absence ? [{ name, extract, rule, isRange: hasRangeIndex(type, name, options), absence }] : [];
  });
}

/** Each once: what hashes alike is one token. */
function sorted(tokens: readonly bigint[]): BigInt64Array {
  const all = new BigInt64Array(tokens.length);
  for (let at = 0; at < all.length; at++) all[at] = tokens[at] as bigint;
  all.sort();
  let count = 0;
  for (let at = 0; at < all.length; at++) {
    const token = all[at] as bigint;
    if (count === 0 || token !== all[count - 1]) all[count++] = token;
  }
  return all.subarray(0, count);
}
