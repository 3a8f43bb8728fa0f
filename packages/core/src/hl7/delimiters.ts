/** The characters that separate a message's parts; every message declares its own in MSH-1 and MSH-2 (v2.5.1 §2.5.4). */
import { Hl7ParseError } from "./parse-error.ts";

export interface Delimiters {
  readonly field: string;
  readonly component: string;
  readonly repetition: string;
  readonly escape: string;
  readonly subcomponent: string;
  /** Fifth character of MSH-2, from v2.7 on. */
  readonly truncation?: string;
}

export const DEFAULT_DELIMITERS: Delimiters = {
  field: "|",
  component: "^",
  repetition: "~",
  escape: "\\",
  subcomponent: "&",
};

/** What `line`, the message's first segment, declares. A delimiter used twice, or a letter, would make every later field ambiguous. */
export function readDelimiters(line: string): Delimiters {
  if (!line.startsWith("MSH")) throw new Hl7ParseError("100", { segment: "MSH", position: 1 });
  const field = line.charAt(3);
  if (!isDelimiter(field)) throw new Hl7ParseError("102", { segment: "MSH", position: 1, field: 1 });
  const end = line.indexOf(field, 4);
  const declared = line.slice(4, end === -1 ? line.length : end);
  const [component, repetition, escape, subcomponent, truncation, ...rest] = declared;
  const valid =
    component !== undefined &&
    repetition !== undefined &&
    escape !== undefined &&
    subcomponent !== undefined &&
    rest.length === 0 &&
    declared.split("").every(isDelimiter) &&
    new Set(declared).size === declared.split("").length;
  if (!valid) throw new Hl7ParseError("102", { segment: "MSH", position: 1, field: 2 });
  return { field, component, repetition, escape, subcomponent, ...(truncation === undefined ? {} : { truncation }) };
}

/** Printable ASCII that is no letter, digit, blank, quote or sign: those occur in names, numbers, dates and the null value. */
function isDelimiter(character: string): boolean {
  return /^[!-/:-@[-`{-~]$/.test(character) && !'"+-.'.includes(character);
}
