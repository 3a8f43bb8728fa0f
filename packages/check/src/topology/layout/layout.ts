/**
 * Places for boxes, lines and boundaries in pixels. Boxes are of one size on a grid; gutters and streets are as wide as the
 * lines in them ask for. INVARIANT: no two boxes overlap and no line crosses a box, whatever the graph.
 */
import { arrange, type Grid, type GridEdge, type GridNode } from "./grid.ts";
import { routesOf, type Route, type Side } from "./nets.ts";
import { CARD, columnPlaces, frames, rowPlaces, TRACK, type Box, type Frames, type Point } from "./places.ts";
import { portsOf, type Ports } from "./ports.ts";
import { assignTracks } from "./tracks.ts";

export interface Layout extends Frames {
  readonly width: number;
  readonly height: number;
  readonly cards: ReadonlyMap<string, Box>;
  /** Corners of each edge's line from its start to its end; by the index of the edge. */
  readonly lines: ReadonlyMap<number, readonly Point[]>;
}

/** A line along a gutter or a street: of one net. */
interface Run {
  readonly channel: number;
  readonly net: string;
  readonly before: number[];
  readonly behind: number[];
}

type Runs = Map<string, Run>;

export function layOut(nodes: readonly GridNode[], edges: readonly GridEdge[]): Layout {
  const grid = arrange(nodes, edges);
  const routes = routesOf(grid, edges);
  const streets = streetRuns(grid, routes);
  const streetTracks = trackAll(streets, 0.4);
  const rows = rowPlaces(grid, streetTracks.counts);
  const ports = portsOf(grid, routes, rows);
  const streetY = (route: Route): number =>
    route.across?.by === "street"
      ? (rows.streets[route.across.street] ?? 0) +
        (streetTracks.track.get(runKey(route.across.street, route.net)) ?? 0) * TRACK
      : 0;
  const gutters = gutterRuns(routes, ports, streetY);
  const gutterTracks = trackAll(gutters, TRACK);
  const columns = columnPlaces(grid, gutterTracks.counts);
  const gutterX = (gutter: number, net: string): number =>
    (columns.gutters[gutter] ?? 0) + (gutterTracks.track.get(runKey(gutter, net)) ?? 0) * TRACK;
  const cards = new Map<string, Box>();
  for (const [id, { column, row }] of grid.cells) {
    cards.set(id, { x: columns.columns[column] ?? 0, y: rows.rows[row] ?? 0, ...CARD });
  }
  const lines = new Map<number, readonly Point[]>();
  for (const route of routes) lines.set(route.edge, lineOf(route, cards, ports, gutterX, streetY));
  return { width: columns.width, height: rows.height, cards, lines, ...frames(grid, columns, rows) };
}

function runKey(channel: number, net: string): string {
  return `${channel} ${net}`;
}

function runOf(runs: Runs, channel: number, net: string): Run {
  const key = runKey(channel, net);
  const run = runs.get(key) ?? { channel, net, before: [], behind: [] };
  runs.set(key, run);
  return run;
}

/** Places along streets are columns, as widths are not known yet. */
function streetRuns(grid: Grid, routes: readonly Route[]): Runs {
  const runs: Runs = new Map();
  for (const { across, net, hub, spoke, hubGutter, spokeGutter } of routes) {
    if (across?.by !== "street") continue;
    const run = runOf(runs, across.street, net);
    const isBelow = (id: string): boolean => (grid.cells.get(id)?.row ?? 0) >= across.street;
    (isBelow(hub) ? run.behind : run.before).push(hubGutter);
    (isBelow(spoke) ? run.behind : run.before).push(spokeGutter);
  }
  return runs;
}

/** Places along gutters are pixels. */
function gutterRuns(routes: readonly Route[], ports: Ports, streetY: (route: Route) => number): Runs {
  const runs: Runs = new Map();
  for (const route of routes) {
    const { net, hub, spoke, hubSide, spokeSide, hubGutter, spokeGutter, across, isStraight } = route;
    if (isStraight) continue;
    const [hubY, spokeY] = [ports.of(hub, hubSide, net), ports.of(spoke, spokeSide, net)];
    const spokeRun = runOf(runs, spokeGutter, net);
    (spokeSide === "left" ? spokeRun.behind : spokeRun.before).push(spokeY);
    if (across === undefined) (hubSide === "left" ? spokeRun.behind : spokeRun.before).push(hubY);
    else {
      const acrossY = across.by === "row" ? hubY : streetY(route);
      (hubSide === "left" ? spokeRun.behind : spokeRun.before).push(acrossY);
      if (across.by === "street") {
        const hubRun = runOf(runs, hubGutter, net);
        (hubSide === "left" ? hubRun.behind : hubRun.before).push(hubY);
        (hubSide === "left" ? hubRun.before : hubRun.behind).push(acrossY);
      }
    }
  }
  return runs;
}

/** The track of every run, and how many tracks each channel has. */
function trackAll(
  runs: Runs,
  apart: number,
): { readonly track: ReadonlyMap<string, number>; readonly counts: ReadonlyMap<number, number> } {
  const track = new Map<string, number>();
  const counts = new Map<number, number>();
  for (const [channel, own] of Map.groupBy(runs.values(), (run) => run.channel)) {
    const { tracks, count } = assignTracks(own, apart);
    counts.set(channel, count);
    for (const [index, { net }] of own.entries()) track.set(runKey(channel, net), tracks[index] ?? 0);
  }
  return { track, counts };
}

function lineOf(
  route: Route,
  cards: ReadonlyMap<string, Box>,
  ports: Ports,
  gutterX: (gutter: number, net: string) => number,
  streetY: (route: Route) => number,
): readonly Point[] {
  const { net, hub, spoke, hubSide, spokeSide, hubGutter, spokeGutter, across, isOutward, isStraight } = route;
  const start = portAt(cards.get(hub), hubSide, ports.of(hub, hubSide, net));
  const end = portAt(cards.get(spoke), spokeSide, ports.of(spoke, spokeSide, net));
  const points: Point[] = [start];
  if (!isStraight) {
    const spokeX = gutterX(spokeGutter, net);
    if (across?.by === "street") {
      const y = streetY(route);
      const hubX = gutterX(hubGutter, net);
      points.push({ x: hubX, y: start.y }, { x: hubX, y }, { x: spokeX, y });
    } else points.push({ x: spokeX, y: start.y });
    points.push({ x: spokeX, y: end.y });
  }
  points.push(end);
  return isOutward ? points : points.toReversed();
}

function portAt(card: Box | undefined, side: Side, y: number): Point {
  return { x: (card?.x ?? 0) + (side === "right" ? CARD.width : 0), y };
}
