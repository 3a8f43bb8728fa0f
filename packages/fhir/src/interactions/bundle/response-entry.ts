/** An entry's answer as it stands in a batch-response or transaction-response (FHIR R4 bundle §2.36.4.2). */
import type { FhirAnswer } from "@ward/core";
import { isObject, readJson, type JsonObject, type JsonValue } from "../../json.ts";

export const STATUS_TEXTS: Readonly<Record<number, string>> = {
  200: "200 OK",
  201: "201 Created",
  204: "204 No Content",
  304: "304 Not Modified",
  400: "400 Bad Request",
  403: "403 Forbidden",
  404: "404 Not Found",
  405: "405 Method Not Allowed",
  406: "406 Not Acceptable",
  409: "409 Conflict",
  410: "410 Gone",
  412: "412 Precondition Failed",
  413: "413 Content Too Large",
  415: "415 Unsupported Media Type",
  422: "422 Unprocessable Content",
  429: "429 Too Many Requests",
  500: "500 Internal Server Error",
  501: "501 Not Implemented",
  503: "503 Service Unavailable",
};

export function responseEntry({ status, body, json, location, etag, lastModified }: FhirAnswer): JsonObject {
  const resource = (json === undefined ? body : readJson(Buffer.from(json).toString("utf8"))) as JsonValue | undefined;
  const isOutcome = isObject(resource) && resource["resourceType"] === "OperationOutcome";
  return {
    ...(resource === undefined || isOutcome ? {} : { resource }),
    response: {
      status: STATUS_TEXTS[status] ?? `${status}`,
      ...(location === undefined ? {} : { location }),
      ...(etag === undefined ? {} : { etag }),
      ...(lastModified === undefined ? {} : { lastModified }),
      ...(isOutcome ? { outcome: resource } : {}),
    },
  };
}
