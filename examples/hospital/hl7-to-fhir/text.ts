/**
 * Texts of a message as FHIR takes them. Blank is the same as not sent, and white space around a text means nothing.
 * Control characters are no FHIR string; a message that holds them was damaged on its way and is refused, since what
 * else was damaged cannot be told.
 */
import { Reject } from "@ward/sdk";
import { decodeText, type Segment } from "@ward/sdk/hl7";

/** Of a segment at a path (`5.1`), or of a repetition's component. */
export function textOf<Path>(part: { text(path: Path): string | undefined }, path: Path): string | undefined {
  return checked(part.text(path))?.trim();
}

/** Of a subcomponent or a header's member. */
export function plainText(text: string | null | undefined): string | undefined {
  return checked(text ?? undefined)?.trim();
}

/** A text field, its repetitions being lines. Whole repetitions: a sender that forgot to escape `^` still means it. */
export function linesOf(segment: Segment, field: number): string | undefined {
  const lines = segment.field(field).repetitions.map(({ raw }) => decodeText(raw, segment.delimiters));
  return checked(lines.join("\n"));
}

function checked(text: string | undefined): string | undefined {
  if (text === undefined || text.trim() === "") return undefined;
  // eslint-disable-next-line no-control-regex -- these are what must not pass
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(text)) throw new Reject("data-type-error");
  return text;
}
