/**
 * Parallel lines in a channel: which lies beside which, so that few cross and none lies upon another. A channel is a gutter
 * between columns or a street between rows; its lines run along it and are joined from both of its sides.
 */

export interface Line {
  /** Where it is joined from the side of lower coordinates (left of a gutter, above a street), along the channel. */
  readonly before: readonly number[];
  readonly behind: readonly number[];
}

const SWAP_PASSES = 12;
const SORTED_MAX = 220;
/** Ends of two lines nearer than this look like one. */
const NEAR = 3;
const ON_EACH_OTHER = 40;

/** The track of each line, from 0 on, and how many there are. */
export function assignTracks(
  lines: readonly Line[],
  apart: number,
): { readonly tracks: readonly number[]; readonly count: number } {
  const spans = lines.map(spanOf);
  const order = orderOf(lines, spans);
  const tracks = lines.map(() => 0);
  let count = 0;
  for (const [place, index] of order.entries()) {
    const span = spans[index];
    if (!span) continue;
    let track = 0;
    for (const earlier of order.slice(0, place)) {
      const other = spans[earlier];
      if (other && other.low < span.high + apart && span.low < other.high + apart) {
        track = Math.max(track, (tracks[earlier] ?? 0) + 1);
      }
    }
    tracks[index] = track;
    count = Math.max(count, track + 1);
  }
  return { tracks, count };
}

interface Span {
  readonly low: number;
  readonly high: number;
}

function spanOf({ before, behind }: Line): Span {
  const all = [...before, ...behind];
  return { low: Math.min(...all), high: Math.max(...all) };
}

function orderOf(lines: readonly Line[], spans: readonly Span[]): readonly number[] {
  const order = lines.map((_, index) => index);
  if (lines.length < 2 || lines.length > SORTED_MAX) return order;
  const costs = lines.map((line, one) =>
    lines.map((other, index) => (one === index ? 0 : costOf(line, spans[one], other, spans[index]))),
  );
  const cost = (first: number, second: number): number => costs[first]?.[second] ?? 0;
  const score = lines.map((_, one) => lines.reduce((sum, __, other) => sum + cost(one, other) - cost(other, one), 0));
  order.sort((a, b) => (score[a] ?? 0) - (score[b] ?? 0) || a - b);
  for (let pass = 0, hasChanged = true; pass < SWAP_PASSES && hasChanged; pass++) {
    hasChanged = false;
    for (let at = 0; at + 1 < order.length; at++) {
      const [first = 0, second = 0] = [order[at], order[at + 1]];
      if (cost(second, first) < cost(first, second)) {
        [order[at], order[at + 1]] = [second, first];
        hasChanged = true;
      }
    }
  }
  return order;
}

/** What it costs to lay `first` before `second`: crossings, and ends that would come to lie on each other. */
function costOf(first: Line, firstSpan: Span | undefined, second: Line, secondSpan: Span | undefined): number {
  if (!firstSpan || !secondSpan) return 0;
  const crossed = second.before.filter((at) => at > firstSpan.low && at < firstSpan.high).length;
  const crossing = first.behind.filter((at) => at > secondSpan.low && at < secondSpan.high).length;
  const upon = second.before.filter((at) => first.behind.some((other) => Math.abs(at - other) < NEAR)).length;
  return crossed + crossing + upon * ON_EACH_OTHER;
}
