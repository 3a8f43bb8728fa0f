/** A patch as data, by its media type: JSON Patch (RFC 6902) or FHIRPath Patch (https://hl7.org/fhir/R4/fhirpatch.html). */
import { WardError } from "@ward/core";
import { copyJson, isObject, parseFhirJson, type JsonObject, type JsonValue } from "../../json.ts";
import { applyFhirpathPatch, parseFhirpathPatch, type FhirpathOperation } from "./fhirpath-patch.ts";
import { applyJsonPatch, parseJsonPatch, type JsonPatchOperation } from "./json-patch.ts";

export type Patch =
  | { readonly kind: "json"; readonly operations: readonly JsonPatchOperation[] }
  | { readonly kind: "fhirpath"; readonly operations: readonly FhirpathOperation[] };

export const PATCH_FORMATS = ["application/json-patch+json", "application/fhir+json"] as const;

/** `body`: text, bytes or a parsed value. Without a media type of its own the value tells. */
export function parsePatch(body: unknown, contentType: string | undefined): Patch {
  const type = contentType?.split(";")[0]?.trim().toLowerCase();
  const value = jsonOf(body);
  const isUnnamed = type === undefined || type === "application/json" || type === "text/json";
  const isJsonPatch = type === "application/json-patch+json" || (isUnnamed && Array.isArray(value));
  if (isJsonPatch) return { kind: "json", operations: parseJsonPatch(value) };
  if (!isUnnamed && type !== "application/fhir+json" && type !== "application/json+fhir") {
    throw new WardError("unsupported-media-type");
  }
  if (!isObject(value) || value["resourceType"] !== "Parameters") {
    throw new WardError("invalid-request", { reason: "parameters-required" });
  }
  return { kind: "fhirpath", operations: parseFhirpathPatch(value) };
}

/** In a Bundle a JSON Patch travels as a Binary (R4 http §3.1.0.11.2), a FHIRPath Patch as Parameters. */
export function parseEntryPatch(resource: JsonValue | undefined): Patch {
  if (!isObject(resource)) throw new WardError("invalid-request", { reason: "body-required" });
  if (resource["resourceType"] !== "Binary") return parsePatch(resource, "application/fhir+json");
  const { contentType, data } = resource;
  if (typeof contentType !== "string" || typeof data !== "string") {
    throw new WardError("invalid-request", { reason: "body-required" });
  }
  return parsePatch(Buffer.from(data, "base64"), contentType);
}

/** The patched copy. Throws `patch-failed`, and `invalid-request` where it would become another resource. */
export function applyPatch(patch: Patch, resource: JsonObject): JsonObject {
  const document = copyJson(resource) as JsonObject;
  const patched =
    patch.kind === "json" ? applyJsonPatch(document, patch.operations) : applyFhirpathPatch(document, patch.operations);
  const { resourceType, id } = resource;
  if (!isObject(patched) || patched["resourceType"] !== resourceType) {
    throw new WardError("invalid-request", { reason: "type-mismatch" });
  }
  if (patched["id"] !== id) throw new WardError("invalid-request", { reason: "id-mismatch" });
  // Once more within the limits: copies of copies grow fast.
  return copyJson(patched) as JsonObject;
}

function jsonOf(body: unknown): JsonValue {
  if (typeof body === "string") return parseFhirJson(body);
  if (body instanceof Uint8Array) return parseFhirJson(decode(body));
  return copyJson(body);
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new WardError("invalid-request", { reason: "not-utf-8" });
  }
}
