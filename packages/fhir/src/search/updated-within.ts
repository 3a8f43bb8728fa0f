/** `_lastUpdated` as bounds of the column, which has the very milliseconds of `meta.lastUpdated`. */
import type { FlatCriterion, Plan } from "./contract.ts";
import type { DateOperand } from "./operand.ts";

type Bounds = readonly [from: number, to: number];

/** `[from, to)` of the criterion's values; undefined where it is none that bounds say all of. */
export function updatedBounds(criterion: FlatCriterion): Bounds | undefined {
  if (criterion.kind !== "value" || criterion.parameter.name !== "_lastUpdated" || criterion.modifier) return undefined;
  // Of several values each may be the one that holds.
  const [operand, ...others] = criterion.values;
  return operand?.kind === "date" && others.length === 0 ? boundsOf(operand) : undefined;
}

export function updatedWithin(criteria: readonly FlatCriterion[]): Plan["updated"] {
  let [from, to] = [-Infinity, Infinity];
  for (const criterion of criteria) {
    const [first, last] = updatedBounds(criterion) ?? [-Infinity, Infinity];
    [from, to] = [Math.max(from, first), Math.min(to, last)];
  }
  if (from === -Infinity && to === Infinity) return undefined;
  return {
    ...(from === -Infinity ? {} : { from: new Date(from) }),
    ...(to === Infinity ? {} : { to: new Date(to) }),
  };
}

/** An instant lasts a millisecond, so that `gt` a day begins with the next one. */
function boundsOf({ prefix, from, to }: DateOperand): Bounds | undefined {
  switch (prefix) {
    case "eq":
    case "ap":
      return [from, to];
    case "gt":
    case "sa":
      return [to, Infinity];
    case "ge":
      return [from, Infinity];
    case "lt":
    case "eb":
      return [-Infinity, from];
    case "le":
      return [-Infinity, to];
    case "ne":
      return undefined;
  }
}
