/** The parameters of a history (FHIR R4 http §3.1.0.12). */
import { WardError } from "@ward/core";
import { SEARCH_LIMITS } from "../query/search-call.ts";
import { parseDate } from "../search/kinds/date.ts";
import type { DateOperand, Prefix } from "../search/operand.ts";

export interface HistoryParameters {
  readonly count: number;
  readonly since?: Date;
  /** Versions that were current at some moment of it. */
  readonly at?: { readonly from: Date; readonly to: Date };
  readonly cursor?: string;
  /** The query as understood, without the cursor: for the `self` link. */
  readonly self: string;
}

/** What a date can say, in both directions. */
const EARLIEST = Date.parse("0001-01-01");
const LATEST = Date.parse("9999-12-31");

export function parseHistoryParameters(query: string, handling: "strict" | "lenient"): HistoryParameters {
  const result: { -readonly [Name in keyof HistoryParameters]: HistoryParameters[Name] } = {
    count: SEARCH_LIMITS.countDefault,
    self: "",
  };
  const understood = new URLSearchParams();
  for (const [name, value] of new URLSearchParams(query)) {
    // Of a form's empty field: ignored, as in a search (search §3.1.1.3).
    if (value === "") continue;
    if (name === "_count") result.count = parseCount(value);
    else if (name === "_since") result.since = parseSince(value);
    else if (name === "_at") result.at = parseAt(value);
    else if (name === "_cursor") result.cursor = value;
    else if (handling === "lenient") continue;
    else throw new WardError("invalid-request", { parameter: nameOf(name), reason: "parameter" });
    if (name !== "_cursor") understood.append(name, value);
  }
  result.self = understood.toString();
  return result;
}

function parseCount(value: string): number {
  if (!/^\d{1,18}$/.test(value)) throw new WardError("invalid-request", { parameter: "_count", reason: "value" });
  return Math.min(Number(value), SEARCH_LIMITS.countMax);
}

function parseSince(value: string): Date {
  const { prefix, from } = parseMoment("_since", value);
  if (prefix !== "eq") throw new WardError("invalid-request", { parameter: "_since", reason: "value" });
  return new Date(from);
}

/** A time, or with a prefix all that lies on one side of it (search §3.1.1.4.5). */
function parseAt(value: string): { readonly from: Date; readonly to: Date } {
  const { prefix, from, to } = parseMoment("_at", value);
  const ends: Partial<Record<Prefix, readonly [from: number, to: number]>> = {
    eq: [from, to],
    ge: [from, LATEST],
    gt: [to, LATEST],
    sa: [to, LATEST],
    le: [EARLIEST, to],
    lt: [EARLIEST, from],
    eb: [EARLIEST, from],
  };
  const range = ends[prefix];
  if (range === undefined) throw new WardError("invalid-request", { parameter: "_at", reason: "value" });
  return { from: new Date(range[0]), to: new Date(range[1]) };
}

function parseMoment(parameter: "_since" | "_at", value: string): DateOperand {
  const moment = parseDate(value, undefined);
  if (typeof moment === "string") throw new WardError("invalid-request", { parameter, reason: "value" });
  return moment;
}

function nameOf(name: string): string {
  return /^_?[a-z][A-Za-z-]{0,40}$/.test(name) ? name : "(unnamed)";
}
