/** Where rows, columns, streets and gutters lie: as wide as the lines in them ask for. */
import type { Grid } from "./grid.ts";

export const CARD = { width: 224, height: 66 } as const;

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** The stretches of boundaries and of inputs. */
export interface Frames {
  readonly lanes: readonly (Box & { readonly lane: number })[];
  readonly bands: readonly (Box & { readonly band: number })[];
}

/** Between parallel lines. */
export const TRACK = 7;
const GUTTER = { least: 30, beside: 12 } as const;
/** Between two boundaries there is room for a lane's padding on both sides of the lines. */
const LANE_PAD = 14;
const STREET = { least: 18, beside: 9 } as const;
const BAND_HEAD = 34;
export interface RowPlaces {
  readonly rows: readonly number[];
  /** Where the first track of each street lies. */
  readonly streets: readonly number[];
  readonly height: number;
}

export function rowPlaces({ bands }: Grid, counts: ReadonlyMap<number, number>): RowPlaces {
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

export interface ColumnPlaces {
  readonly columns: readonly number[];
  readonly gutters: readonly number[];
  readonly width: number;
}

export function columnPlaces({ lanes }: Grid, counts: ReadonlyMap<number, number>): ColumnPlaces {
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

export function frames(grid: Grid, columns: ColumnPlaces, rows: RowPlaces): Frames {
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
