/** Where lines leave a box: from the one that goes up furthest to the one that goes down furthest. */
import type { Grid } from "./grid.ts";
import type { Route, Side } from "./nets.ts";
import { CARD, type RowPlaces } from "./places.ts";

const PORTS = { apart: 8, margin: 9 } as const;

/** Sides with a straight line in their middle, and its net. */
interface Straight {
  readonly sides: Set<string>;
  readonly nets: Set<string>;
}

export interface Ports {
  of(id: string, side: Side, net: string): number;
}

export function portsOf(grid: Grid, routes: readonly Route[], rows: RowPlaces): Ports {
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
