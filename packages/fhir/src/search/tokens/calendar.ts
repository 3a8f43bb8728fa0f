/**
 * Days, months and years, UTC, as keys of dates. A value has the key of each unit that holds it whole. A range across
 * patients is covered by whole years, and by months and days where it begins and ends; a value that is longer than a day
 * has a mark of its own size beside, so that a range that covers part of its month finds it.
 */
import type { DateUnit } from "./index-rules.ts";
import type { DateOperand } from "../operand.ts";

interface Range {
  readonly from: number;
  readonly to: number;
}

const UNITS: readonly DateUnit[] = ["day", "month", "year"];
const LENGTH: Readonly<Record<DateUnit, number>> = { day: 10, month: 7, year: 4 };
/** Years beyond these share one key each: `9999-12-31` is a common way to say "for ever". */
const YEARS = { first: 1890, last: 2110 } as const;
const EARLY = "<";
const LATE = ">";
/** Longer than a year, or open. */
const LONG = "~";

/** The units that hold the range whole, smallest first. */
export function unitsOf({ from, to }: Range): readonly DateUnit[] {
  if (!Number.isFinite(from) || !Number.isFinite(to)) return [];
  const [first, last] = [textOf(from), textOf(Math.max(from, to - 1))];
  return UNITS.filter((unit) => keyOf(first, unit) === keyOf(last, unit));
}

/** The keys of those units that hold the range whole. */
export function keysWithin({ from, to }: Range, units: readonly DateUnit[]): readonly string[] {
  if (!Number.isFinite(from) || !Number.isFinite(to)) return [];
  const first = textOf(from);
  const last = floorDay(from) === floorDay(to - 1) ? first : textOf(Math.max(from, to - 1));
  const keys: string[] = [];
  for (const unit of units) {
    if (keyOf(first, unit) !== keyOf(last, unit)) continue;
    keys.push(unit === "year" ? yearKey(new Date(from).getUTCFullYear()) : keyOf(first, unit));
  }
  return keys;
}

export function unitKey(unit: DateUnit, at: number): string {
  return unit === "year" ? yearKey(new Date(at).getUTCFullYear()) : keyOf(textOf(at), unit);
}

/** The mark of a value that is longer than a day. */
export function smallestUnit(value: Range): string {
  const [unit] = unitsOf(value);
  return unit === undefined ? LONG : `=${unitKey(unit, value.from)}`;
}

/** The range into which a value reaches that is accepted. Undefined for `ne`, which accepts nearly all. */
export function rangeAccepted({ prefix, from, to }: DateOperand): readonly [from: number, to: number] | undefined {
  switch (prefix) {
    case "ne":
      return undefined;
    case "eq":
    case "ap":
      return [from, to];
    case "ge":
      return [from, Infinity];
    case "gt":
    case "sa":
      return [to, Infinity];
    case "le":
      return [-Infinity, to];
    case "lt":
    case "eb":
      return [-Infinity, from];
  }
}

/** Keys of which each value that reaches into the range has one. */
export function unitsAcross(from: number, to: number): readonly string[] {
  const keys = new Set([LONG]);
  const [first, last] = [yearOf(from), yearOf(to - 1)];
  if (first === YEARS.first - 1) keys.add(EARLY).add(`=${EARLY}`);
  if (last === YEARS.last + 1) keys.add(LATE).add(`=${LATE}`);
  for (let year = Math.max(first, YEARS.first); year <= Math.min(last, YEARS.last); year++) {
    const [start, end] = [Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1)];
    if (from <= start && to >= end) keys.add(yearKey(year));
    else coverYear(year, Math.max(from, start), Math.min(to, end), keys);
  }
  return [...keys];
}

function coverYear(year: number, from: number, to: number, keys: Set<string>): void {
  keys.add(`=${yearKey(year)}`);
  for (let month = new Date(from).getUTCMonth(); month < 12; month++) {
    const [start, end] = [Date.UTC(year, month, 1), Date.UTC(year, month + 1, 1)];
    if (start >= to) return;
    const name = unitKey("month", start);
    if (from <= start && to >= end) {
      keys.add(name);
      continue;
    }
    keys.add(`=${name}`);
    const last = Math.min(to, end);
    for (let day = floorDay(Math.max(from, start)); day < last; day += 86_400_000) keys.add(unitKey("day", day));
  }
}

function floorDay(at: number): number {
  return Math.floor(at / 86_400_000) * 86_400_000;
}

/** Within the years that have keys of their own, or one beyond. */
function yearOf(at: number): number {
  if (at === Infinity) return YEARS.last + 1;
  if (at === -Infinity) return YEARS.first - 1;
  return Math.min(YEARS.last + 1, Math.max(YEARS.first - 1, new Date(at).getUTCFullYear()));
}

function yearKey(year: number): string {
  if (year < YEARS.first) return EARLY;
  return year > YEARS.last ? LATE : String(year);
}

function keyOf(text: string, unit: DateUnit): string {
  return text.slice(0, LENGTH[unit]);
}

/** Years with four digits, which R4's are. */
function textOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
