/** Whether a text of which parts are open can be what runs. Linear in both, whatever they hold. */
import type { Reference, Text } from "../graph/value.ts";
import type { Comparison } from "./relation.ts";

const TEXT_MAX = 4096;

/** `maybe` where the known parts fit and others may be anything; a region or an account id that fits is as good as known. */
export function fitText({ parts }: Text, text: string, given: Comparison): "yes" | "no" | "maybe" {
  if (text.length > TEXT_MAX) return "maybe";
  if (
    !isMadeOf(
      text,
      parts.flatMap((part) => piecesOf(part, given)),
    )
  )
    return "no";
  const isSettled = parts.every(
    (part) =>
      typeof part === "string" ||
      (part.kind === "unknown" ? part.sample !== undefined : namesOf(part, given).length > 0),
  );
  return isSettled ? "yes" : "maybe";
}

/** Whether the text is one of each piece after the other; a piece of no texts may be any. Linear in text and pieces. */
function isMadeOf(text: string, pieces: readonly (readonly string[])[]): boolean {
  let reached = new Set([0]);
  for (const piece of pieces) {
    const next = new Set<number>();
    if (piece.length === 0) {
      for (let at = Math.min(...reached); at <= text.length; at++) next.add(at);
    }
    for (const at of reached) for (const one of piece) if (text.startsWith(one, at)) next.add(at + one.length);
    if (next.size === 0) return false;
    reached = next;
  }
  return reached.has(text.length);
}

/** The texts that the part can be; none where it may be any. */
function piecesOf(part: Text["parts"][number], given: Comparison): readonly (readonly string[])[] {
  if (typeof part === "string") return [[part]];
  if (part.kind === "unknown") return [[]];
  const names = namesOf(part, given);
  if (names.length === 0 || !/arn$/i.test(part.attribute)) return [names];
  const arns = names.filter((name) => name.startsWith("arn:"));
  // The account said its name; of its ARN that is the end.
  return arns.length > 0 ? [arns] : [[], names];
}

/** What the attribute is, and whatever else the resource is called by: one name serves for another in many places. */
function namesOf(part: Reference, { identifiersOf, attributeOf }: Comparison): readonly string[] {
  const attribute = part.attribute === "" ? undefined : attributeOf(part.resource, part.attribute);
  const identifiers = [...(identifiersOf(part.resource) ?? [])].slice(0, 12);
  return attribute === undefined ? identifiers : [attribute, ...identifiers];
}
