/**
 * What FHIR is read and written as (FHIR R4 http §3.1.0.1.10): JSON of version 4.0. A client that accepts or sends
 * anything else alone is told so; `_format` goes before `Accept`, and is FHIR's own to judge.
 */
import { WardError } from "@ward/core";
import type { Exchange } from "./exchange.ts";
import { mediaType } from "./request-body.ts";

export const FHIR_JSON = "application/fhir+json; charset=utf-8";

/** The last as it was called before STU3: servers are encouraged to know it still (FHIR R4 http §3.1.0.1.10). */
const READ = ["application/fhir+json", "application/json", "text/json", "application/json+fhir"];
const SERVED = [...READ, "application/*", "*/*"];
const JSON_PATCH = "application/json-patch+json";
const FORM = "application/x-www-form-urlencoded";

export function checkAccept({ request }: Exchange, query: string): void {
  const { accept } = request.headers;
  if (accept === undefined || accept.trim() === "" || SERVED.includes(accept)) return;
  if (/(?:^|&)_format=[^&]/.test(query)) return;
  if (!accepts(accept)) throw new WardError("not-acceptable");
}

/** Whether an `Accept` takes FHIR as Ward serves it, or the media type that is named. */
export function accepts(accept: string, type?: string): boolean {
  const served = type === undefined ? SERVED : [type, `${type.split("/")[0]}/*`, "*/*"];
  return accept.split(",").some((range) => isServed(range, served));
}

/** The media type of a body, for what is going to read it; undefined where there is no body. */
export function checkContentType({ request, method }: Exchange, segments: readonly string[]): string | undefined {
  const { "content-type": header, "content-length": length } = request.headers;
  const type = mediaType(header);
  const isEmpty = length === "0" || (length === undefined && request.headers["transfer-encoding"] === undefined);
  if (isEmpty && header === undefined) return undefined;
  const isSearch = segments.at(-1) === "_search";
  const allowed = isSearch ? [FORM] : method === "PATCH" ? [...READ, JSON_PATCH] : READ;
  if (type === undefined || !allowed.includes(type) || !isVersion(parametersOf(header))) {
    throw new WardError("unsupported-media-type");
  }
  return type;
}

function isServed(range: string, served: readonly string[]): boolean {
  const [type = "", ...parameters] = range.toLowerCase().split(";");
  const isRefused = parameters.some((parameter) => /^\s*q=0(\.0*)?\s*$/.test(parameter));
  return !isRefused && served.includes(type.trim()) && isVersion(parameters);
}

/** `fhirVersion=4.0`: https://hl7.org/fhir/R4/versioning.html#mt-version */
function isVersion(parameters: readonly string[]): boolean {
  return parameters.every((parameter) => {
    const version = /^\s*fhirversion="?([^"\s]*)"?\s*$/.exec(parameter)?.[1];
    return version === undefined || /^4\.0(?:\.\d)?$/.test(version);
  });
}

function parametersOf(header: string | undefined): readonly string[] {
  return (header ?? "").toLowerCase().split(";").slice(1);
}
