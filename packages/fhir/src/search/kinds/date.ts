/**
 * Dates as ranges: a value is from its first to its last moment, and each prefix says how the search's range and the
 * value's must lie (FHIR R4 search §3.1.1.4.5, §3.1.1.5.9). Without an offset UTC is meant, on both sides.
 */
import type { DateValue } from "../../extraction/search-value.ts";
import { dateRange } from "../../validation/dates.ts";
import type { DateOperand } from "../operand.ts";
import { splitPrefix } from "./prefix.ts";

/** A part of what may be: minutes without seconds, and a `+` that URL decoding made a space. */
const MINUTES = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})(:\d{2}(?:\.\d+)?)?(?:Z|[ +-]\d{2}:\d{2})?$/;

/** A tenth of the time between now and the date is what `ap` allows on each side (§3.1.1.4.5). */
const APPROXIMATE = 0.1;

export type DateReason = "date-form" | "no-clock";

export function parseDate(text: string, now: Date | undefined): DateOperand | DateReason {
  const [prefix, rest] = splitPrefix(text);
  const range = searchRange(rest);
  if (!range) return "date-form";
  if (prefix !== "ap") return { kind: "date", prefix, ...range };
  if (!now) return "no-clock";
  const middle = (range.from + range.to) / 2;
  const slack = Math.abs(now.getTime() - middle) * APPROXIMATE;
  return { kind: "date", prefix, from: Math.floor(range.from - slack), to: Math.ceil(range.to + slack) };
}

/** `wanted` is the search's range, `value` the resource's. */
export function dateMatches(wanted: DateOperand, value: DateValue): boolean {
  const { from, to } = wanted;
  switch (wanted.prefix) {
    case "eq":
      return value.from >= from && value.to <= to;
    case "ne":
      return value.from < from || value.to > to;
    case "gt":
      return value.to > to;
    case "lt":
      return value.from < from;
    // The range above a value is the value and up, the one below it up to the value (§3.1.1.4.5).
    case "ge":
      return value.to > from;
    case "le":
      return value.from < to;
    case "sa":
      return value.from >= to;
    case "eb":
      return value.to <= from;
    case "ap":
      return value.from < to && value.to > from;
  }
}

function searchRange(text: string): { from: number; to: number } | undefined {
  const match = MINUTES.exec(text);
  if (!match) return dateRange(text);
  const zone = /(?:Z|[ +-]\d{2}:\d{2})$/.exec(text.slice(11))?.[0].replace(" ", "+") ?? "Z";
  const range = dateRange(`${match[1]}${match[2] ?? ":00"}${zone}`);
  return range && match[2] === undefined ? { from: range.from, to: range.from + 60_000 } : range;
}
