/**
 * `date=ge2024-01&date=lt2024-02` as one range. Where a record has at most one date, one that reaches behind the first and
 * before the second reaches into what lies between them: the index is asked for a month, not for all that came after
 * and all that was before.
 */
import type { BlindIndex, FlatCriterion } from "../contract.ts";
import { parameterOf } from "../parameters.ts";
import { rangeAccepted, unitsAcross } from "./calendar.ts";
import { hasRangeIndex } from "./index-rules.ts";
import type { IndexOptions } from "./index-options.ts";

export interface JoinedRange {
  /** Two or more, each answered by the tokens. */
  readonly criteria: ReadonlySet<FlatCriterion>;
  readonly tokens: readonly bigint[];
}

export function joinRanges(
  types: readonly string[],
  criteria: readonly FlatCriterion[],
  blindIndex: BlindIndex,
  options: IndexOptions,
): readonly JoinedRange[] {
  if (!options.rangeIndexes?.length) return [];
  const byName = new Map<string, { readonly criteria: Set<FlatCriterion>; from: number; to: number }>();
  for (const criterion of criteria) {
    const range = rangeOf(types, criterion, options);
    if (!range || criterion.kind !== "value") continue;
    const { name } = criterion.parameter;
    const joined = byName.get(name) ?? { criteria: new Set(), from: -Infinity, to: Infinity };
    joined.criteria.add(criterion);
    [joined.from, joined.to] = [Math.max(joined.from, range[0]), Math.min(joined.to, range[1])];
    byName.set(name, joined);
  }
  return [...byName].flatMap(([name, joined]) => {
    // Ranges that lie apart are both met by a period that spans what is between: each is asked for by itself.
    if (joined.criteria.size < 2 || joined.from >= joined.to) return [];
    const keys = unitsAcross(joined.from, joined.to);
    const tokens = types.flatMap((type) => keys.map((key) => blindIndex(`${type}.${name}`, key)));
    return [{ criteria: joined.criteria, tokens }];
  });
}

function rangeOf(
  types: readonly string[],
  criterion: FlatCriterion,
  options: IndexOptions,
): readonly [number, number] | undefined {
  if (criterion.kind !== "value" || criterion.modifier !== undefined) return undefined;
  const { name } = criterion.parameter;
  const [operand, ...others] = criterion.values;
  if (operand?.kind !== "date" || others.length > 0) return undefined;
  const isOne = types.every((type) => hasRangeIndex(type, name, options) && parameterOf(type, name)?.isSingle);
  return isOne ? rangeAccepted(operand) : undefined;
}
