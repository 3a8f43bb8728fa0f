/** Ways along the arrows: what callers from the internet get to, and which arrows lead from there to what keeps PHI. */

export interface Arrow {
  readonly from: string;
  readonly to: string;
}

/** All that can be reached from the starts, these included. */
export function reachableFrom(
  starts: Iterable<string>,
  arrows: readonly Arrow[],
  against = false,
): ReadonlySet<string> {
  const next = new Map<string, string[]>();
  for (const { from, to } of arrows) {
    const [at, on] = against ? [to, from] : [from, to];
    const list = next.get(at);
    if (list) list.push(on);
    else next.set(at, [on]);
  }
  const seen = new Set(starts);
  const waiting = [...seen];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    for (const on of next.get(at) ?? []) {
      if (seen.has(on)) continue;
      seen.add(on);
      waiting.push(on);
    }
  }
  return seen;
}
