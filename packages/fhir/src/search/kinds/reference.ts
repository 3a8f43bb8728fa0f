/**
 * References: `id`, `Type/id`, with a version, an absolute URL, or a canonical with `|version` (FHIR R4 search §3.1.1.5.11).
 * URLs below this server's base are the literal references they stand for, in the search and in the record.
 */
import type { ReferenceValue } from "../../extraction/search-value.ts";
import { isResourceType } from "../definitions.ts";
import type { ReferenceOperand, TokenOperand } from "../operand.ts";
import { uriMatches, withoutVersion } from "./uri.ts";

interface Literal {
  readonly type: string;
  readonly id: string;
  readonly version?: string;
}

const ID = /^[A-Za-z0-9\-.]{1,64}$/;
const LITERAL = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/([A-Za-z0-9\-.]{1,64}))?$/;
const ABSOLUTE = /^[a-z][a-z0-9+.-]*:\S+$/i;

export type ReferenceReason = "reference-form" | "type-mismatch";

/** `onlyType` is that of `:[type]`. */
export function parseReference(text: string, onlyType?: string, base?: string): ReferenceOperand | ReferenceReason {
  const common = { kind: "reference", ...(base === undefined ? {} : { base }) } as const;
  const literal = literalOf(text, base);
  if (literal) {
    if (!isResourceType(literal.type)) return "reference-form";
    return onlyType !== undefined && literal.type !== onlyType ? "type-mismatch" : { ...common, ...literal };
  }
  if (ID.test(text)) return { ...common, id: text, ...(onlyType === undefined ? {} : { type: onlyType }) };
  return ABSOLUTE.test(text) ? { ...common, url: text } : "reference-form";
}

export function referenceMatches(wanted: ReferenceOperand, { reference }: ReferenceValue): boolean {
  if (reference === undefined) return false;
  if (wanted.url !== undefined) {
    if (wanted.isBelow) return isVersionBelow(wanted.url, reference);
    return uriMatches({ kind: "uri", uri: wanted.url }, reference, undefined);
  }
  // As they mostly are.
  if (wanted.type !== undefined && reference === `${wanted.type}/${wanted.id}`) return wanted.version === undefined;
  const literal = literalOf(reference, wanted.base);
  return (
    literal !== undefined &&
    literal.id === wanted.id &&
    (wanted.type === undefined || literal.type === wanted.type) &&
    (wanted.version === undefined || literal.version === wanted.version)
  );
}

/** `http://a/b|1.2` is a version below `http://a/b|1` and `http://a/b`. */
function isVersionBelow(wanted: string, canonical: string): boolean {
  const [url, found] = [withoutVersion(wanted), withoutVersion(canonical)];
  return (
    url === found &&
    `${canonical.slice(found.length + 1)}.`.startsWith(wanted === url ? "" : `${wanted.slice(url.length + 1)}.`)
  );
}

/** Of `:identifier`: exact, as identifiers are. */
export function identifierMatches({ system, code }: TokenOperand, { identifier }: ReferenceValue): boolean {
  if (!identifier) return false;
  const { system: ofSystem = "", value } = identifier;
  return (system === undefined || ofSystem === system) && (code === undefined || value === code);
}

/** `Patient/1`, also with a version or below `base`. */
export function literalOf(reference: string, base?: string): Literal | undefined {
  const relative =
    base !== undefined && reference.startsWith(`${base}/`) ? reference.slice(base.length + 1) : reference;
  const match = LITERAL.exec(relative);
  if (!match) return undefined;
  const [, type, id, version] = match as unknown as [string, string, string, string?];
  return { type, id, ...(version === undefined ? {} : { version }) };
}
