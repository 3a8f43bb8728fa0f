/** One HTTP request under way, and the one way to answer it: with the headers that keep an answer out of caches, frames and sniffers. */
import type { IncomingMessage, ServerResponse } from "node:http";

export interface Exchange {
  readonly request: IncomingMessage;
  readonly method: string;
  readonly trace: string;
}

export interface Answer {
  readonly status: number;
  /** Names and values in turn. */
  readonly headers?: readonly string[];
  /** Of what is sent; absent: JSON. */
  readonly contentType?: string;
  /** Sent as JSON; absent means no content. */
  readonly body?: unknown;
  /** Sent as it is. */
  readonly text?: string;
  /** The same in UTF-8. */
  readonly bytes?: Uint8Array | undefined;
}

/** What a handler found: the pattern for the log, and the answer. */
export interface Routed {
  readonly route: string;
  readonly answer: Promise<Answer>;
}

const SECURITY_HEADERS = [
  ["strict-transport-security", "max-age=31536000"],
  ["x-content-type-options", "nosniff"],
  ["referrer-policy", "no-referrer"],
  ["cache-control", "no-store"],
  ["content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"],
] as const;
const SECURITY_FIELDS: readonly string[] = SECURITY_HEADERS.flat();

const JSON_TYPE = "application/json; charset=utf-8";

export function sendAnswer(response: ServerResponse, exchange: Exchange, answer: Answer): void {
  const { status, headers = [], contentType = JSON_TYPE } = answer;
  const sent = answer.bytes ?? answer.text ?? (answer.body === undefined ? "" : JSON.stringify(answer.body));
  const isEmpty = status === 204 || status === 304;
  const length = `${Buffer.byteLength(sent)}`;
  // One flat list, which Node writes as it is: an object of them would be taken apart again.
  const fields = SECURITY_FIELDS.slice();
  fields.push("ward-trace", exchange.trace);
  addRequestIds(fields, exchange);
  if (!isEmpty && sent.length > 0) fields.push("content-type", contentType);
  if (!isEmpty) fields.push("content-length", length);
  for (const each of headers) fields.push(each);
  response.writeHead(status, fields);
  response.end(exchange.method === "HEAD" || isEmpty ? undefined : sent);
}

/** The server's own id, and the client's beside it (FHIR R4 http §3.1.0.1.12): in a form that can hold no more than an id. */
function addRequestIds(fields: string[], { request, trace }: Exchange): void {
  const sent = request.headers["x-request-id"];
  if (typeof sent !== "string" || !/^[A-Za-z0-9._-]{1,64}$/.test(sent)) return;
  fields.push("x-request-id", trace, "x-correlation-id", sent);
}

/** For requests that Node's parser refused, which never had a response object. */
export function rawAnswer(status: number, phrase: string): string {
  const headers = SECURITY_HEADERS.map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${phrase}\r\n${headers.join("")}connection: close\r\ncontent-length: 0\r\n\r\n`;
}
