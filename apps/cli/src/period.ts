/** `--since` and `--until` as people write them: a day, a time, or a span before now. */
import { CliError } from "./explain-error.ts";

const UNITS_MS = { h: 3_600_000, d: 86_400_000 } as const;

/** RFC 3339 in UTC with milliseconds. A day is one of the machine's own zone. */
export function parseTime(text: string, now: Date, option: string): string {
  const span = /^(\d{1,5})([hdy])$/.exec(text);
  if (span?.[2] === "y") return yearsBefore(now, Number(span[1])).toISOString();
  if (span) return new Date(now.getTime() - Number(span[1]) * UNITS_MS[span[2] as "h" | "d"]).toISOString();
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text);
  const time = new Date(isDay ? `${text}T00:00:00` : text);
  const isForm = isDay || /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(text);
  if (!isForm || Number.isNaN(time.getTime())) {
    throw new CliError(`${option} takes 2026-01-31, 2026-01-31T08:00:00Z, or a span as 30d, 12h, 6y.`);
  }
  return time.toISOString();
}

export function yearsBefore(now: Date, years: number): Date {
  const before = new Date(now);
  before.setUTCFullYear(before.getUTCFullYear() - years);
  return before;
}
