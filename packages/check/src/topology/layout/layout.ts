/**
 * Places for boxes, lines and boundaries in pixels. Boxes are of one size on a grid; gutters and streets are as wide as the
 * lines in them ask for. INVARIANT: no two boxes overlap and no line crosses a box, whatever the graph.
 */
import { arrange, type Grid, type GridEdge, type GridNode } from "./grid.ts";
import { routesOf, type Route, type Side } from "./nets.ts";
import { assignTracks } from "./tracks.ts";

export const CARD = { width: 224, height: 66 } as const;

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly cards: ReadonlyMap<string, Box>;
  /** Corners of each edge's line from its start to its end; by the index of the edge. */
  readonly lines: ReadonlyMap<number, readonly Point[]>;
  readonly lanes: readonly (Box & { readonly lane: number })[];
  readonly bands: readonly (Box & { readonly band: number })[];
}

/** Between parallel lines. */
const TRACK = 7;
const GUTTER = { least: 30, beside: 12 } as const;
/** Between two boundaries there is room for a lane's padding on both sides of the lines. */
const LANE_PAD = 14;
const STREET = { least: 18, beside: 9 } as const;
const BAND_HEAD = 34;
const PORTS = { apart: 8, margin: 9 } as const;

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

interface RowPlaces {
  readonly rows: readonly number[];
  /** Where the first track of each street lies. */
  readonly streets: readonly number[];
  readonly height: number;
}

function rowPlaces({ bands }: Grid, counts: ReadonlyMap<number, number>): RowPlaces {
  const rows: number[] = [];
  const streets: number[] = [];
  let y = 0;
  for (let street = 0; street <= bands.length; street++) {
    const isHead = street === 0 || bands[street] !== bands[street - 1];
    if (isHead && street < bands.length && bands[0] !== bands.at(-1)) y += BAND_HEAD;
    const lines = Math.max(0, (counts.get(street) ?? 0) - 1) * TRACK;
    const height = Math.max(STREET.least, lines + STREET.beside * 2);
    streets.push(y + (height - lines) / 2);
    y += height;
    if (street < bands.length) {
      rows.push(y);
      y += CARD.height;
    }
  }
  return { rows, streets, height: y };
}

interface ColumnPlaces {
  readonly columns: readonly number[];
  readonly gutters: readonly number[];
  readonly width: number;
}

function columnPlaces({ lanes }: Grid, counts: ReadonlyMap<number, number>): ColumnPlaces {
  const columns: number[] = [];
  const gutters: number[] = [];
  let x = 0;
  for (let gutter = 0; gutter <= lanes.length; gutter++) {
    const isOuter = gutter === 0 || gutter === lanes.length;
    const isBorder = !isOuter && lanes[gutter] !== lanes[gutter - 1];
    const count = counts.get(gutter) ?? 0;
    const lines = Math.max(0, count - 1) * TRACK;
    const pad = isBorder || isOuter ? LANE_PAD : 0;
    const needed = count === 0 && isOuter ? 0 : lines + GUTTER.beside * 2;
    const width = Math.max(isOuter ? 0 : GUTTER.least, needed);
    x += gutter === 0 ? 0 : pad;
    gutters.push(x + (width - lines) / 2);
    x += width;
    x += gutter === lanes.length ? 0 : pad;
    if (gutter < lanes.length) {
      columns.push(x);
      x += CARD.width;
    }
  }
  return { columns, gutters, width: x };
}

/** Sides with a straight line in their middle, and its net. */
interface Straight {
  readonly sides: Set<string>;
  readonly nets: Set<string>;
}

interface Ports {
  of(id: string, side: Side, net: string): number;
}

/** Where lines leave a box: from the one that goes up furthest to the one that goes down furthest. */
function portsOf(grid: Grid, routes: readonly Route[], rows: RowPlaces): Ports {
  const wanted = new Map<string, Map<string, number[]>>();
  const straight: Straight = { sides: new Set(), nets: new Set() };
  const want = (id: string, side: Side, route: Route, towards: number): void => {
    const key = `${side} ${id}`;
    if (route.isStraight) {
      straight.sides.add(key);
      straight.nets.add(`${key} ${route.net}`);
      return;
    }
    const nets = wanted.get(key) ?? new Map<string, number[]>();
    wanted.set(key, nets);
    nets.set(route.net, [...(nets.get(route.net) ?? []), towards]);
  };
  const rowY = (id: string): number => rows.rows[grid.cells.get(id)?.row ?? 0] ?? 0;
  for (const route of routes) {
    const street = route.across?.by === "street" ? rows.streets[route.across.street] : undefined;
    want(route.hub, route.hubSide, route, street ?? rowY(route.spoke));
    want(route.spoke, route.spokeSide, route, street ?? rowY(route.hub));
  }
  const offsets = new Map<string, number>();
  for (const [key, nets] of wanted) spacePorts(key, nets, straight, offsets);
  return {
    of: (id, side, net) => {
      const own = straight.nets.has(`${side} ${id} ${net}`) ? 0 : (offsets.get(`${side} ${id} ${net}`) ?? 0);
      return rowY(id) + CARD.height / 2 + own;
    },
  };
}

function spacePorts(
  key: string,
  nets: ReadonlyMap<string, readonly number[]>,
  straight: Straight,
  offsets: Map<string, number>,
): void {
  const loose = [...nets]
    .filter(([net]) => !straight.nets.has(`${key} ${net}`))
    .map(([net, towards]) => ({ net, towards: towards.reduce((sum, y) => sum + y, 0) / towards.length }))
    .toSorted((a, b) => a.towards - b.towards || (a.net < b.net ? -1 : 1));
  const room = CARD.height - PORTS.margin * 2;
  // Left ports lie between the right ones of the same row, so that two lines do not meet end to end.
  const isLeft = key.startsWith("left");
  const apart = Math.min(PORTS.apart, room / Math.max(1, loose.length));
  const middle = (loose.length - 1) / 2;
  for (const [index, { net }] of loose.entries()) {
    let offset = (index - middle) * apart + (isLeft ? apart / 2 : 0);
    // The middle belongs to a straight line where there is one.
    if (loose.length === 1 && !isLeft) offset = 0;
    if (straight.sides.has(key) && Math.abs(offset) < 3) offset += offset < 0 ? -4 : 4;
    offsets.set(`${key} ${net}`, offset);
  }
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

function frames(grid: Grid, columns: ColumnPlaces, rows: RowPlaces): Pick<Layout, "lanes" | "bands"> {
  const lanes = [...new Set(grid.lanes)].map((lane) => {
    const first = columns.columns[grid.lanes.indexOf(lane)] ?? 0;
    const last = columns.columns[grid.lanes.lastIndexOf(lane)] ?? 0;
    return { lane, x: first - LANE_PAD, y: 0, width: last - first + CARD.width + LANE_PAD * 2, height: rows.height };
  });
  const bands = [...new Set(grid.bands)].map((band) => {
    const first = rows.rows[grid.bands.indexOf(band)] ?? 0;
    const last = rows.rows[grid.bands.lastIndexOf(band)] ?? 0;
    return { band, x: 0, y: first, width: columns.width, height: last - first + CARD.height };
  });
  return { lanes, bands };
}
