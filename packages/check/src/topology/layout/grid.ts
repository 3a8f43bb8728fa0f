/**
 * Which cell of the grid each box stands in. Columns belong to boundaries and rows to inputs, one band below the other; a
 * cell holds one box. Boxes that are joined come to stand in near rows. Deterministic: the same nodes give the same grid.
 */

export interface GridNode {
  readonly id: string;
  /** Boundaries from left to right. */
  readonly lane: number;
  /** Within a lane of several columns, what stands further left. */
  readonly rank: number;
  readonly band: number;
}

export interface GridEdge {
  readonly from: string;
  readonly to: string;
}

export interface Cell {
  readonly column: number;
  readonly row: number;
}

export interface Grid {
  readonly cells: ReadonlyMap<string, Cell>;
  /** The lane of each column. */
  readonly lanes: readonly number[];
  /** The band of each row. */
  readonly bands: readonly number[];
}

/** What a cell takes with the lines around it, and what the sheet is to be: A3 across. */
const CELL_WIDTH = 290;
const CELL_HEIGHT = 92;
const SHEET = Math.SQRT2;
/** Heading, legend and what is shared take this much of the height. */
const AROUND = 330;
const SWEEPS = 12;

interface Slot {
  readonly node: GridNode;
  wish: number;
  row: number;
  column: number;
}

/** Columns in which the same boxes may stand. */
interface Pool {
  readonly columns: readonly number[];
  readonly slots: readonly Slot[];
}

export function arrange(nodes: readonly GridNode[], edges: readonly GridEdge[]): Grid {
  const lanes = [...new Set(nodes.map(({ lane }) => lane))].toSorted((a, b) => a - b);
  const bands = [...new Set(nodes.map(({ band }) => band))].toSorted((a, b) => a - b);
  const pools = poolsOf(nodes, lanes, bands);
  const columnLanes = pools.flatMap(({ lane, width }) => Array.from({ length: width }, () => lane));
  const cells = new Map<string, Cell>();
  const rowBands: number[] = [];
  for (const band of bands) {
    const own = fillBand(band, pools, rowBands.length, cells, nodes, edges);
    for (let row = 0; row < own; row++) rowBands.push(band);
  }
  return { cells, lanes: columnLanes, bands: rowBands };
}

interface PoolSpec {
  readonly lane: number;
  readonly ranks: ReadonlySet<number>;
  width: number;
}

/** As many columns for each lane as bring the whole nearest to the sheet. */
function poolsOf(nodes: readonly GridNode[], lanes: readonly number[], bands: readonly number[]): readonly PoolSpec[] {
  const specs = lanes.map((lane): PoolSpec => {
    const ranks = new Set(nodes.filter((node) => node.lane === lane).map(({ rank }) => rank));
    return { lane, ranks, width: 1 };
  });
  const together = widened(specs, nodes, bands);
  const apart = widened(
    specs.flatMap(({ lane, ranks }) =>
      [...ranks].toSorted((a, b) => a - b).map((rank): PoolSpec => ({ lane, ranks: new Set([rank]), width: 1 })),
    ),
    nodes,
    bands,
  );
  // What starts things, runs and is sent stands apart where that costs little: arrows then go one way.
  return apart.size <= together.size * 1.12 ? apart.specs : together.specs;
}

function widened(
  specs: readonly PoolSpec[],
  nodes: readonly GridNode[],
  bands: readonly number[],
): { readonly specs: readonly PoolSpec[]; readonly size: number } {
  const counts = specs.map(({ lane, ranks }) =>
    bands.map((band) => nodes.filter((one) => one.band === band && one.lane === lane && ranks.has(one.rank)).length),
  );
  const widths = specs.map(() => 1);
  const rowsOf = (tried: readonly number[]): number =>
    bands.reduce(
      (sum, _, band) =>
        sum + Math.max(1, ...tried.map((width, index) => Math.ceil((counts[index]?.[band] ?? 0) / width))),
      0,
    );
  const sizeOf = (tried: readonly number[]): number =>
    Math.max((tried.reduce((sum, width) => sum + width, 0) * CELL_WIDTH) / SHEET, AROUND + rowsOf(tried) * CELL_HEIGHT);
  for (let size = sizeOf(widths); ;) {
    // Widening one alone gains nothing where two are equally long; so the longest are widened until it pays.
    const tried = [...widths];
    let isBetter = false;
    for (let step = 0; step < specs.length * 2 && !isBetter; step++) {
      const longest = tried
        .map(
          (width, index) =>
            [index, Math.max(...(counts[index] ?? [0]).map((count) => Math.ceil(count / width)))] as const,
        )
        .toSorted((a, b) => b[1] - a[1])[0];
      if (!longest) break;
      tried[longest[0]] = (tried[longest[0]] ?? 1) + 1;
      isBetter = sizeOf(tried) < size;
    }
    if (!isBetter) return { specs: specs.map((spec, index) => ({ ...spec, width: widths[index] ?? 1 })), size };
    size = sizeOf(tried);
    widths.splice(0, widths.length, ...tried);
  }
}

/** Answers how many rows the band takes. */
function fillBand(
  band: number,
  specs: readonly PoolSpec[],
  firstRow: number,
  cells: Map<string, Cell>,
  nodes: readonly GridNode[],
  edges: readonly GridEdge[],
): number {
  let column = 0;
  const pools = specs.map(({ lane, ranks, width }): Pool => {
    const columns = Array.from({ length: width }, () => column++);
    const own = nodes.filter((node) => node.band === band && node.lane === lane && ranks.has(node.rank));
    return { columns, slots: own.map((node) => ({ node, wish: 0, row: 0, column: 0 })) };
  });
  const rows = Math.max(1, ...pools.map(({ columns, slots }) => Math.ceil(slots.length / columns.length)));
  const slots = new Map(pools.flatMap((pool) => pool.slots.map((slot) => [slot.node.id, slot] as const)));
  const neighbours = neighboursOf(slots, edges);
  startOrder(pools, neighbours);
  for (const pool of pools) settle(pool, rows);
  let best = costOf(slots, neighbours);
  let kept = snapshot(slots);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const pool of sweep % 2 === 0 ? pools : pools.toReversed()) {
      for (const slot of pool.slots) slot.wish = wishOf(slot, neighbours, rows);
      settle(pool, rows);
    }
    const cost = costOf(slots, neighbours);
    if (cost < best) [best, kept] = [cost, snapshot(slots)];
  }
  for (const [id, cell] of kept) cells.set(id, { column: cell.column, row: firstRow + cell.row });
  return rows;
}

type Neighbours = ReadonlyMap<string, readonly Slot[]>;

function neighboursOf(slots: ReadonlyMap<string, Slot>, edges: readonly GridEdge[]): Neighbours {
  const neighbours = new Map<string, Slot[]>([...slots.keys()].map((id) => [id, []]));
  for (const { from, to } of edges) {
    const [one, other] = [slots.get(from), slots.get(to)];
    if (!one || !other) continue;
    neighbours.get(from)?.push(other);
    neighbours.get(to)?.push(one);
  }
  return neighbours;
}

/** Boxes in the order in which a walk along the lines from the left finds them. */
function startOrder(pools: readonly Pool[], neighbours: Neighbours): void {
  const seen = new Map<string, number>();
  const walk = (start: Slot): void => {
    const waiting = [start];
    for (let at = waiting.pop(); at; at = waiting.pop()) {
      if (seen.has(at.node.id)) continue;
      seen.set(at.node.id, seen.size);
      for (const next of (neighbours.get(at.node.id) ?? []).toReversed())
        if (!seen.has(next.node.id)) waiting.push(next);
    }
  };
  const all = pools.flatMap(({ slots }) => slots);
  for (const slot of all) if ((neighbours.get(slot.node.id) ?? []).length > 0) walk(slot);
  for (const slot of all) walk(slot);
  for (const slot of all) slot.wish = seen.get(slot.node.id) ?? 0;
  const scale = Math.max(1, all.length / 8);
  for (const slot of all) slot.wish /= scale;
}

function wishOf(slot: Slot, neighbours: Neighbours, rows: number): number {
  const near = neighbours.get(slot.node.id) ?? [];
  if (near.length === 0) return rows;
  return near.reduce((sum, { row }) => sum + row, 0) / near.length;
}

/** Puts the boxes of a pool into its columns by their wishes, each as near to its own as the order allows. */
function settle({ columns, slots }: Pool, rows: number): void {
  const sorted = slots.toSorted((a, b) => a.wish - b.wish || a.row - b.row || (a.node.id < b.node.id ? -1 : 1));
  for (const [index, column] of columns.entries()) {
    const own = sorted.filter((_, at) => at % columns.length === index);
    const placed = nearestRows(
      own.map(({ wish }) => wish),
      rows,
    );
    for (const [at, slot] of own.entries()) {
      slot.column = column;
      slot.row = placed[at] ?? at;
    }
  }
}

/** Rows in rising order whose distances from the wishes are least together. */
function nearestRows(wishes: readonly number[], rows: number): readonly number[] {
  const count = wishes.length;
  const slack = rows - count;
  // cost[offset]: the least for the boxes so far where the last stands `offset` rows below its earliest place.
  const choices: number[][] = [];
  let costs: number[] = Array.from({ length: slack + 1 }, () => 0);
  for (const [index, wish] of wishes.entries()) {
    const next: number[] = [];
    const from: number[] = [];
    let [least, leastAt] = [Number.POSITIVE_INFINITY, 0];
    for (let offset = 0; offset <= slack; offset++) {
      const before = costs[offset] ?? 0;
      if (before < least) [least, leastAt] = [before, offset];
      next.push(least + (index + offset - wish) ** 2);
      from.push(leastAt);
    }
    costs = next;
    choices.push(from);
  }
  let offset = costs.indexOf(Math.min(...costs));
  const placed: number[] = [];
  for (let index = count - 1; index >= 0; index--) {
    placed.unshift(index + offset);
    offset = choices[index]?.[offset] ?? 0;
  }
  return placed;
}

function costOf(slots: ReadonlyMap<string, Slot>, neighbours: Neighbours): number {
  let cost = 0;
  for (const [id, slot] of slots) {
    for (const other of neighbours.get(id) ?? []) {
      const apart = Math.abs(slot.row - other.row);
      const across = Math.abs(slot.column - other.column);
      cost += apart + (across === 0 ? 1 : across - 1) * 0.5;
    }
  }
  return cost;
}

function snapshot(slots: ReadonlyMap<string, Slot>): ReadonlyMap<string, Cell> {
  return new Map([...slots].map(([id, { column, row }]) => [id, { column, row }]));
}
