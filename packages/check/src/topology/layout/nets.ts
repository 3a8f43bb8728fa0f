/**
 * Lines through the grid, in terms of its gutters and streets. Lines that share an end are one net and run together as far
 * as they can: twenty functions that read one table make one trunk. INVARIANT: a line leaves a box sideways into a gutter
 * and runs in gutters, streets and empty cells only, so that none can cross a box.
 */
import type { Cell, GridEdge, Grid } from "./grid.ts";

export type Side = "left" | "right";

export interface Route {
  readonly edge: number;
  readonly net: string;
  readonly hub: string;
  readonly spoke: string;
  /** Whether the arrow starts at the hub. */
  readonly isOutward: boolean;
  readonly hubSide: Side;
  readonly spokeSide: Side;
  /** Gutter `n` lies left of column `n`. */
  readonly hubGutter: number;
  readonly spokeGutter: number;
  /** How it gets from one gutter to the other; not at all where they are the same. */
  readonly across?: { readonly by: "street"; readonly street: number } | { readonly by: "row"; readonly row: number };
  /** Both ends in one row, and nothing between them. */
  readonly isStraight: boolean;
}

export function routesOf(grid: Grid, edges: readonly GridEdge[]): readonly Route[] {
  const degree = new Map<string, number>();
  const count = (key: string): void => void degree.set(key, (degree.get(key) ?? 0) + 1);
  for (const { from, to } of edges) {
    count(`out ${from}`);
    count(`in ${to}`);
  }
  const taken = new Set([...grid.cells.values()].map(cellKey));
  const drafts = edges.flatMap((edge, index): Draft[] => {
    const isOutward = (degree.get(`out ${edge.from}`) ?? 0) >= (degree.get(`in ${edge.to}`) ?? 0);
    const [hub, spoke] = isOutward ? [edge.from, edge.to] : [edge.to, edge.from];
    const [hubCell, spokeCell] = [grid.cells.get(hub), grid.cells.get(spoke)];
    if (!hubCell || !spokeCell) return [];
    return [
      {
        ...sidesOf(hubCell, spokeCell),
        edge: index,
        net: `${isOutward ? "out" : "in"} ${hub}`,
        hub,
        spoke,
        isOutward,
        hubCell,
        spokeCell,
      },
    ];
  });
  const streets = streetsOf(drafts, grid);
  const runs = new Map<number, Run[]>();
  const straight = new Set<string>();
  // Straight lines first: they have no other way that looks as well.
  const inTurn = drafts.toSorted((one, other) => Number(isLevel(other)) - Number(isLevel(one)));
  return inTurn
    .map((draft) => finish(draft, taken, streets, runs, straight))
    .toSorted((one, other) => one.edge - other.edge);
}

interface Draft {
  readonly edge: number;
  readonly net: string;
  readonly hub: string;
  readonly spoke: string;
  readonly isOutward: boolean;
  readonly hubCell: Cell;
  readonly spokeCell: Cell;
  readonly hubSide: Side;
  readonly spokeSide: Side;
  readonly hubGutter: number;
  readonly spokeGutter: number;
}

interface Run {
  readonly net: string;
  readonly from: number;
  readonly to: number;
}

function sidesOf(hub: Cell, spoke: Cell): Pick<Draft, "hubSide" | "spokeSide" | "hubGutter" | "spokeGutter"> {
  if (spoke.column > hub.column) {
    return { hubSide: "right", spokeSide: "left", hubGutter: hub.column + 1, spokeGutter: spoke.column };
  }
  if (spoke.column < hub.column) {
    return { hubSide: "left", spokeSide: "right", hubGutter: hub.column, spokeGutter: spoke.column + 1 };
  }
  return { hubSide: "right", spokeSide: "right", hubGutter: hub.column + 1, spokeGutter: hub.column + 1 };
}

/** The street of each net's far lines on each side: beside the hub, towards where most of them go. */
function streetsOf(drafts: readonly Draft[], { bands }: Grid): ReadonlyMap<string, number> {
  const far = drafts.filter(({ hubGutter, spokeGutter }) => hubGutter !== spokeGutter);
  const groups = Map.groupBy(far, streetKey);
  return new Map(
    [...groups].map(([key, group]) => {
      const row = group[0]?.hubCell.row ?? 0;
      const mean = group.reduce((sum, { spokeCell }) => sum + spokeCell.row, 0) / group.length;
      // Below a band's last row the next band's name stands.
      const isLast = bands[row + 1] !== undefined && bands[row + 1] !== bands[row];
      return [key, mean < row || isLast ? row : row + 1];
    }),
  );
}

function streetKey({ net, hubSide }: Draft): string {
  return `${net} ${hubSide}`;
}

function finish(
  draft: Draft,
  taken: ReadonlySet<string>,
  streets: ReadonlyMap<string, number>,
  runs: Map<number, Run[]>,
  straight: Set<string>,
): Route {
  const { hubCell, hubGutter, spokeGutter } = draft;
  const { edge, net, hub, spoke, isOutward, hubSide, spokeSide } = draft;
  const route = { edge, net, hub, spoke, isOutward, hubSide, spokeSide, hubGutter, spokeGutter };
  const [from, to] = [Math.min(hubGutter, spokeGutter), Math.max(hubGutter, spokeGutter)];
  const isFree = isEmpty(hubCell.row, from, to, taken);
  const run = { net, from, to };
  if (isLevel(draft)) {
    // Only one straight line fits between two boxes.
    const ends = [`${hub} ${hubSide}`, `${spoke} ${spokeSide}`];
    if (isFree && ends.every((end) => !straight.has(end)) && claim(runs, hubCell.row, run)) {
      for (const end of ends) straight.add(end);
      return { ...route, isStraight: true };
    }
  } else if (isFree && hubGutter !== spokeGutter && claim(runs, hubCell.row, run)) {
    return { ...route, isStraight: false, across: { by: "row", row: hubCell.row } };
  }
  if (hubGutter === spokeGutter) return { ...route, isStraight: false };
  return {
    ...route,
    isStraight: false,
    across: { by: "street", street: streets.get(streetKey(draft)) ?? hubCell.row },
  };
}

function isLevel({ hubCell, spokeCell }: Draft): boolean {
  return hubCell.row === spokeCell.row && hubCell.column !== spokeCell.column;
}

function isEmpty(row: number, from: number, to: number, taken: ReadonlySet<string>): boolean {
  for (let column = from; column < to; column++) if (taken.has(cellKey({ column, row }))) return false;
  return true;
}

/** A row's own space takes one net at a time. */
function claim(runs: Map<number, Run[]>, row: number, run: Run): boolean {
  const own = runs.get(row) ?? [];
  if (own.some((other) => other.net !== run.net && other.from <= run.to && run.from <= other.to)) return false;
  own.push(run);
  runs.set(row, own);
  return true;
}

function cellKey({ column, row }: Cell): string {
  return `${column} ${row}`;
}
