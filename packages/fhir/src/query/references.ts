/** What a resource refers to, as `Type/id`: versions dropped, absolute references below our base made relative. */
import { extractSearchValues } from "../extraction/extract.ts";
import type { OpenRecord } from "../storage/contract.ts";

const LITERAL = /^([A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/;

/** By one reference parameter, or by each (`*`), each reference once. */
export function referencesOf(
  record: Pick<OpenRecord, "resource" | "valuesOf">,
  parameter: string,
  baseUrl: string,
): readonly string[] {
  const references = new Set<string>();
  for (const value of parameter === "*" ? extractSearchValues(record.resource) : record.valuesOf(parameter)) {
    if (value.kind !== "reference") continue;
    const literal = value.reference === undefined ? undefined : localReference(value.reference, baseUrl);
    if (literal !== undefined) references.add(literal);
  }
  return [...references];
}

export function localReference(reference: string, baseUrl: string): string | undefined {
  const isOurs = baseUrl !== "" && reference.startsWith(`${baseUrl}/`);
  return LITERAL.exec(isOurs ? reference.slice(baseUrl.length + 1) : reference)?.[1];
}

/** `Patient` of `Patient/123`. */
export function typeOf(reference: string): string {
  return reference.slice(0, reference.indexOf("/"));
}
