/**
 * A Binary as what it holds (FHIR R4 binary §2.40.4): its own bytes and media type, for a client that accepts or sends
 * no FHIR. Inside it stays FHIR JSON, validated, sealed and recorded like any other resource.
 */
import { WardError, type FhirAnswer } from "@ward/core";
import type { Exchange } from "./exchange.ts";
import { accepts } from "./fhir-media-types.ts";

interface Content {
  readonly contentType: string;
  readonly bytes: Buffer;
}

/** Token characters of RFC 9110 §5.6.2, and parameters without a second space in a row, as R4's `code` has it. */
const MEDIA_TYPE = /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+(?: ?; ?[\w.-]+=(?:[\w!#$&'*+.^`|~-]+|"[^"\\\s]*"))*$/;
/** FHIR's own forms are resources and no content, also those that Ward does not read. */
const OF_FHIR = /^(?:application|text)\/(?:fhir\+\w+|(?:json|xml|\w+)\+fhir|json|turtle|xml)$/;

/** Whether a Binary, or a version of one, is read by who accepts no FHIR. */
export function asksForContent({ request, method }: Exchange, segments: readonly string[], query: string): boolean {
  if (segments[2] !== "Binary" || (method !== "GET" && method !== "HEAD")) return false;
  const isOne = segments.length === 4 || (segments.length === 6 && segments[4] === "_history");
  const { accept } = request.headers;
  const isFhir = accept === undefined || accept.trim() === "" || /(?:^|&)_format=[^&]/.test(query);
  return isOne && !/^[_$]/.test(segments[3] ?? "") && !isFhir && !accepts(accept);
}

/** Whether a Binary is created or updated by its content. */
export function bringsContent({ request, method }: Exchange, segments: readonly string[]): boolean {
  const isPlace = method === "POST" ? segments.length === 3 : method === "PUT" && segments.length === 4;
  const header = request.headers["content-type"];
  return segments[2] === "Binary" && isPlace && header !== undefined && !OF_FHIR.test(typeOf(header));
}

/** The resource as text. `X-Security-Context` says by what record access to it is decided (§2.40.4). */
export function binaryOf({ request }: Exchange, segments: readonly string[], bytes: Buffer): string {
  const contentType = request.headers["content-type"]?.trim() ?? "";
  if (!MEDIA_TYPE.test(contentType)) throw new WardError("unsupported-media-type");
  const id = segments[3];
  const reference = request.headers["x-security-context"];
  return JSON.stringify({
    resourceType: "Binary",
    ...(id === undefined ? {} : { id }),
    contentType,
    ...(reference === undefined ? {} : { securityContext: { reference } }),
    ...(bytes.length === 0 ? {} : { data: bytes.toString("base64") }),
  });
}

/** What a Binary that was read holds. Throws `not-acceptable` where that is not what the client accepts. */
export function contentOf({ request }: Exchange, { body, json }: FhirAnswer): Content {
  const binary = (json === undefined ? body : JSON.parse(Buffer.from(json).toString("utf8"))) as {
    readonly contentType?: unknown;
    readonly data?: unknown;
  };
  const { contentType, data = "" } = binary;
  // What was stored as JSON has whatever code stands for its media type there.
  if (typeof contentType !== "string" || typeof data !== "string" || !MEDIA_TYPE.test(contentType)) {
    throw new WardError("not-acceptable");
  }
  if (!accepts(request.headers.accept ?? "", typeOf(contentType))) throw new WardError("not-acceptable");
  return { contentType, bytes: Buffer.from(data, "base64") };
}

function typeOf(header: string): string {
  return header.toLowerCase().split(";")[0]?.trim() ?? "";
}
