/**
 * HL7 v2 times (DT, DTM, TS: `YYYY[MM[DD[HH[MM[SS[.S[S[S[S]]]]]]]]][±ZZZZ]`, v2.5.1 §2.A.21-22) as FHIR R4 date, dateTime
 * and instant. Precision is kept, never invented: a time of day without a zone, which FHIR refuses, is reduced to its
 * date unless the caller states the sender's zone. Text that is no such time answers undefined.
 */

const HL7_TIME =
  /^(\d{4})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(\.\d{1,4})?)?)?)?)?)?(?:([+-])(\d{2})(\d{2}))?$/;

export interface ZoneOption {
  /** Zone of a sender that states none: `-05:00` or `Z`. */
  readonly zone?: string;
}

/** FHIR `dateTime`: `2026`, `2026-03`, `2026-03-02`, `2026-03-02T14:10:00-05:00`. Seconds that were not sent are zero, as FHIR asks. */
export function toFhirDateTime(text: string, options: ZoneOption = {}): string | undefined {
  const parts = readTime(text);
  if (parts === undefined) return undefined;
  const zone = parts.zone ?? options.zone;
  return parts.time === undefined || zone === undefined ? parts.date : `${parts.date}T${parts.time}${zone}`;
}

/** FHIR `date`: the calendar date as sent, whatever the zone. */
export function toFhirDate(text: string): string | undefined {
  return readTime(text)?.date;
}

/** FHIR `instant`: needs the time of day, seconds and a zone; undefined where the sender was less precise. */
export function toFhirInstant(text: string, options: ZoneOption = {}): string | undefined {
  const parts = readTime(text);
  const zone = parts?.zone ?? options.zone;
  if (parts?.time === undefined || !parts.hasSeconds || zone === undefined) return undefined;
  return `${parts.date}T${parts.time}${zone}`;
}

/** `20260302151207.120+0000`: a time as Ward writes it into MSH-7. */
export function toHl7DateTime(time: Date): string {
  return `${time.toISOString().replace(/[-:T]/g, "").replace("Z", "")}+0000`;
}

interface TimeParts {
  readonly date: string;
  readonly time?: string;
  readonly hasSeconds: boolean;
  readonly zone?: string;
}

function readTime(text: string): TimeParts | undefined {
  const match = HL7_TIME.exec(text);
  if (match === null) return undefined;
  const [, year = "", month, day, hour, minute, second, fraction = "", sign, zoneHour, zoneMinute] = match;
  if (!isCalendarDate(Number(year), Number(month ?? 1), Number(day ?? 1))) return undefined;
  if (Number(hour ?? 0) > 23 || Number(minute ?? 0) > 59 || Number(second ?? 0) > 59) return undefined;
  if (zoneMinute !== undefined && (Number(zoneMinute) > 59 || Number(`${zoneHour}${zoneMinute}`) > 1400))
    return undefined;
  return {
    date: [year, month, day].filter((part) => part !== undefined).join("-"),
    hasSeconds: second !== undefined,
    ...(hour === undefined ? {} : { time: `${hour}:${minute ?? "00"}:${second ?? "00"}${fraction}` }),
    ...(sign === undefined ? {} : { zone: `${sign}${zoneHour}:${zoneMinute}` }),
  };
}

function isCalendarDate(year: number, month: number, day: number): boolean {
  if (year < 1 || month < 1 || month > 12 || day < 1) return false;
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return day <= days;
}
