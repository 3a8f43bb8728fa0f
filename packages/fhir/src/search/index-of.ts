/** What a write puts into the index: a resource's blind-index tokens, from one extraction. */
import { resourceModule } from "../validation/resource-modules.ts";
import type { SearchValue } from "../extraction/search-value.ts";
import type { JsonObject } from "../json.ts";
import type { BlindIndex, ResourceIndex } from "./contract.ts";
import { hasRangeIndex, indexRule, type IndexOptions } from "./tokens/index-rules.ts";
import { codeKeyOf, keysOfValue } from "./tokens/value-keys.ts";
import { presenceKey, presenceRule } from "./tokens/presence.ts";

/** The resource MUST be valid. */
export function indexOf(resource: JsonObject, blindIndex: BlindIndex, options: IndexOptions = {}): ResourceIndex {
  const type = resource["resourceType"] as string;
  const { extractors = {} } = resourceModule(type) ?? {};
  const tokens = new Set<bigint>();
  const identifierKeys = new Set<bigint>();
  const values: SearchValue[] = [];
  for (const name in extractors) {
    const rule = indexRule(type, name, options);
    const isPresenceKept = presenceRule(type, name);
    // What lies within another parameter has its tokens there.
    const isOwn = rule?.domain === `${type}.${name}`;
    if (!isOwn && !isPresenceKept) continue;
    values.length = 0;
    extractors[name]?.(resource, values);
    if (isPresenceKept && values.length > 0) tokens.add(blindIndex(...presenceKey(type, name)));
    if (!rule || !isOwn) continue;
    const keys = new Set(values.flatMap((value) => keysOfValue(value, rule, hasRangeIndex(type, name, options))));
    for (const key of keys) {
      const token = blindIndex(rule.domain, key);
      tokens.add(token);
      if (name === "identifier") identifierKeys.add(token);
    }
  }
  return { tokens: sorted(tokens), identifierKeys: sorted(identifierKeys) };
}

/** The token of an identifier's value, whatever its system. */
export function identifierToken(type: string, value: string, blindIndex: BlindIndex): bigint {
  return blindIndex(`${type}.identifier`, codeKeyOf(value));
}

function sorted(tokens: ReadonlySet<bigint>): bigint[] {
  return [...tokens].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
