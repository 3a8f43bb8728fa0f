/**
 * R4 dates as the range of instants they stand for (FHIR R4 datatypes §2.24.0.1, search §3.1.1.5.9): `2020-05` is from
 * its first to its last moment. Formats are R4's, and the day must be in the calendar. Without an offset, UTC is meant.
 */

/** Milliseconds since 1970 UTC: `[from, to)`. */
export interface DateRange {
  readonly from: number;
  readonly to: number;
}

const DATE_TIME =
  /^(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01])(?:T([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60)(?:\.(\d+))?(Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00)))?)?)?$/;
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export function isDate(text: string): boolean {
  return text.length <= 10 && isDateTime(text);
}

export function isDateTime(text: string): boolean {
  return DATE_TIME.test(text) && isInCalendar(text);
}

export function isInstant(text: string): boolean {
  return text.length > 10 && isDateTime(text);
}

/** Undefined for what is no R4 date, dateTime or instant. */
export function dateRange(value: unknown): DateRange | undefined {
  if (typeof value !== "string") return undefined;
  const match = DATE_TIME.exec(value);
  if (!match || !isInCalendar(value)) return undefined;
  const [, year, month, day, hour, minute, second, fraction, zone] = match;
  const y = Number(year);
  if (month === undefined) return { from: utc(y, 0, 1), to: utc(y + 1, 0, 1) };
  const m = Number(month) - 1;
  if (day === undefined) return { from: utc(y, m, 1), to: utc(y, m + 1, 1) };
  const d = Number(day);
  if (hour === undefined) return { from: utc(y, m, d), to: utc(y, m, d + 1) };
  const offset = zone === "Z" || zone === undefined ? 0 : minutesOf(zone) * 60_000;
  const whole = utc(y, m, d) + (Number(hour) * 3600 + Number(minute) * 60 + Number(second)) * 1000 - offset;
  if (fraction === undefined) return { from: whole, to: whole + 1000 };
  // Digits beyond the millisecond are cut: the range never becomes shorter than one.
  const size = fraction.length === 1 ? 100 : fraction.length === 2 ? 10 : 1;
  const from = whole + Number(fraction.slice(0, 3).padEnd(3, "0"));
  return { from, to: from + size };
}

/** Of a text in R4's form. */
function isInCalendar(text: string): boolean {
  if (text.startsWith("0000")) return false;
  const day = text.length < 10 ? 1 : Number(text.slice(8, 10));
  return day <= 28 || day <= daysIn(Number(text.slice(0, 4)), Number(text.slice(5, 7)));
}

function minutesOf(zone: string): number {
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6));
  return zone.startsWith("-") ? -minutes : minutes;
}

/** `Date.UTC` takes the years 0 to 99 for 1900 to 1999. */
function utc(year: number, month: number, day: number): number {
  if (year >= 100) return Date.UTC(year, month, day);
  return new Date(Date.UTC(2000, month, day)).setUTCFullYear(year, month, day);
}

function daysIn(year: number, month: number): number {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 && isLeap ? 29 : (DAYS[month - 1] ?? 0);
}
