/** The parameters of a history (FHIR R4 http §3.1.0.12). */
import { WardError } from "@ward/core";
import { SEARCH_LIMITS } from "../query/search-call.ts";
import { dateRange } from "../validation/dates.ts";

export interface HistoryParameters {
  readonly count: number;
  readonly since?: Date;
  /** Versions that were current at some moment of it. */
  readonly at?: { readonly from: Date; readonly to: Date };
  readonly cursor?: string;
  /** The query as understood, without the cursor: for the `self` link. */
  readonly self: string;
}

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
  const range = dateRange(value.replace(/ (?=\d{2}:\d{2}$)/, "+"));
  if (range === undefined) throw new WardError("invalid-request", { parameter: "_since", reason: "value" });
  return new Date(range.from);
}

function parseAt(value: string): { readonly from: Date; readonly to: Date } {
  const range = dateRange(value.replace(/ (?=\d{2}:\d{2}$)/, "+"));
  if (range === undefined) throw new WardError("invalid-request", { parameter: "_at", reason: "value" });
  return { from: new Date(range.from), to: new Date(range.to) };
}

function nameOf(name: string): string {
  return /^_?[a-z][A-Za-z-]{0,40}$/.test(name) ? name : "(unnamed)";
}
