/** The comparison that begins a date, number or quantity (FHIR R4 search §3.1.1.4.5). */
import type { Prefix } from "../operand.ts";

const PREFIX = /^(eq|ne|gt|lt|ge|le|sa|eb|ap)/;

/** Without one, `eq`. */
export function splitPrefix(text: string): readonly [Prefix, string] {
  const prefix = PREFIX.exec(text)?.[0];
  return prefix === undefined ? ["eq", text] : [prefix as Prefix, text.slice(2)];
}
