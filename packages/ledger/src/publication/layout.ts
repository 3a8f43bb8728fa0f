/**
 * Where a published log keeps what (C2SP tlog-tiles), and the form of entry bundles. `history/` is ours: the specified
 * layout has one checkpoint that changes, and an auditor wants those that were.
 */
import { assert } from "@ward/core";
import { TILE_WIDTH } from "../tile.ts";

/** What an entry bundle's 16-bit length can say. */
export const ENTRY_BYTES_MAX = 65_535;

export const CHECKPOINT_PATH = "checkpoint";
export const HISTORY_FOLDER = "history/";

const HISTORY_DIGITS = 15;

/** `width` under 256 is a partial tile. */
export function tilePath(level: number, index: number, width: number = TILE_WIDTH): string {
  return `tile/${level}/${indexPath(index)}${partialSuffix(width)}`;
}

export function bundlePath(index: number, width: number = TILE_WIDTH): string {
  return `tile/entries/${indexPath(index)}${partialSuffix(width)}`;
}

/** Of one width, so that the order of paths is the order of sizes. */
export function historyPath(size: number): string {
  const digits = String(size).padStart(HISTORY_DIGITS, "0");
  return HISTORY_FOLDER + (digits.match(/\d{3}/g) ?? []).join("/");
}

export function sizeOfHistoryPath(path: string): number | undefined {
  if (!/^history(\/\d{3}){5}$/.test(path)) return undefined;
  return Number(path.slice(HISTORY_FOLDER.length).replaceAll("/", ""));
}

export interface TilePlace {
  /** 0 also for entry bundles. */
  readonly level: number;
  readonly index: number;
  readonly width: number;
  /** The same tile or bundle with another width. */
  pathOf(width: number): string;
}

export function placeOfTilePath(path: string): TilePlace | undefined {
  const [, kind = "", digits = "", width] = /^tile\/([^/]+)\/(.*?)(?:\.p\/(\d+))?$/.exec(path) ?? [];
  const index = Number(digits.replaceAll(/[x/]/g, ""));
  const pathOf = (wide: number): string =>
    kind === "entries" ? bundlePath(index, wide) : tilePath(Number(kind), index, wide);
  const place = { level: kind === "entries" ? 0 : Number(kind), index, width: Number(width ?? TILE_WIDTH), pathOf };
  return pathOf(place.width) === path ? place : undefined;
}

/** A path of the layout; nothing else is ever written, so no path can leave the store. */
export function isLedgerPath(path: string): boolean {
  const index = String.raw`(x\d{3}/)*\d{3}(\.p/([1-9]|[1-9]\d|1\d\d|2[0-4]\d|25[0-5]))?`;
  if (path === CHECKPOINT_PATH || sizeOfHistoryPath(path) !== undefined) return true;
  return new RegExp(`^tile/(entries|[0-6])/${index}$`).test(path);
}

/** Partial tiles give way to the full one: every other object but the checkpoint is for good. */
export function isPartialPath(path: string): boolean {
  return path.includes(".p/");
}

export function isFullTilePath(path: string): boolean {
  return path.startsWith("tile/") && isLedgerPath(path) && !isPartialPath(path);
}

export function encodeBundle(bodies: readonly Uint8Array[]): Buffer {
  let length = 0;
  for (const body of bodies) {
    assert(body.length <= ENTRY_BYTES_MAX, "an entry fits its length prefix");
    length += 2 + body.length;
  }
  const bundle = Buffer.allocUnsafe(length);
  let at = 0;
  for (const body of bodies) {
    at = bundle.writeUInt16BE(body.length, at);
    bundle.set(body, at);
    at += body.length;
  }
  return bundle;
}

/** The bodies in a bundle, or undefined where the lengths don't fit the bytes. */
export function decodeBundle(bundle: Uint8Array): readonly Uint8Array[] | undefined {
  const bodies: Uint8Array[] = [];
  for (let at = 0; at < bundle.length;) {
    const start = at + 2;
    const end = start + (((bundle[at] ?? 0) << 8) | (bundle[at + 1] ?? 0));
    if (end > bundle.length) return undefined;
    bodies.push(bundle.subarray(start, end));
    at = end;
  }
  return bodies;
}

function indexPath(index: number): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, "0").match(/\d{3}/g) ?? [];
  return groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join("/");
}

function partialSuffix(width: number): string {
  return width === TILE_WIDTH ? "" : `.p/${width}`;
}
