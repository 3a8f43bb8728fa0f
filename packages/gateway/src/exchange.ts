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
/** Shorter bytes leave as one string with their headers, in one write to the socket. */
const JOINED_MAX_BYTES = 8 * 1024;

export function sendAnswer(response: ServerResponse, exchange: Exchange, answer: Answer): void {
  const { status, bytes, headers = [], contentType = JSON_TYPE } = answer;
  const text = answer.text ?? (answer.body === undefined ? "" : JSON.stringify(answer.body));
  const length = bytes === undefined ? Buffer.byteLength(text) : bytes.length;
  const isEmpty = status === 204 || status === 304;
  const fields: (string | number)[] = [...SECURITY_FIELDS, "ward-trace", exchange.trace];
  addRequestIds(fields, exchange);
  if (!isEmpty) {
    if (length > 0) fields.push("content-type", contentType);
    fields.push("content-length", length);
  }
  for (const each of headers) fields.push(each);
  response.writeHead(status, fields);
  if (exchange.method === "HEAD" || isEmpty) response.end();
  else if (bytes === undefined) response.end(text);
  else if (length > JOINED_MAX_BYTES) response.end(bytes);
  else response.end(latin1(bytes), "latin1");
}

/** One character for each byte, which is a byte again on the wire. */
function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}

/** The server's own id, and the client's beside it (FHIR R4 http §3.1.0.1.12): in a form that can hold no more than an id. */
function addRequestIds(fields: (string | number)[], { request, trace }: Exchange): void {
  const sent = request.headers["x-request-id"];
  if (typeof sent !== "string" || !/^[A-Za-z0-9._-]{1,64}$/.test(sent)) return;
  fields.push("x-request-id", trace, "x-correlation-id", sent);
}

/** For requests that Node's parser refused, which never had a response object. */
export function rawAnswer(status: number, phrase: string): string {
  const headers = SECURITY_HEADERS.map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${phrase}\r\n${headers.join("")}connection: close\r\ncontent-length: 0\r\n\r\n`;
}
