/** One HTTP request under way, and the one way to answer it: with the headers that keep an answer out of caches, frames and sniffers. */
import type { IncomingMessage, ServerResponse } from "node:http";

export interface Exchange {
  readonly request: IncomingMessage;
  readonly method: string;
  readonly trace: string;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; absent means no content. */
  readonly body?: unknown;
  /** Sent as it is, with the content type in `headers`. */
  readonly text?: string;
  /** The same in UTF-8. */
  readonly bytes?: Uint8Array;
}

/** What a handler found: the pattern for the log, and the answer. */
export interface Routed {
  readonly route: string;
  readonly answer: Promise<Answer>;
}

const SECURITY_HEADERS = {
  "strict-transport-security": "max-age=31536000",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
} as const;

export function sendAnswer(response: ServerResponse, exchange: Exchange, answer: Answer): void {
  const text = answer.bytes ?? answer.text ?? (answer.body === undefined ? "" : JSON.stringify(answer.body));
  const isEmpty = answer.status === 204 || answer.status === 304;
  response.writeHead(answer.status, {
    ...SECURITY_HEADERS,
    "ward-trace": exchange.trace,
    ...requestIds(exchange),
    ...(text.length === 0 || isEmpty ? {} : { "content-type": "application/json; charset=utf-8" }),
    ...answer.headers,
    ...(isEmpty ? {} : { "content-length": Buffer.byteLength(text) }),
  });
  response.end(exchange.method === "HEAD" || isEmpty ? undefined : text);
}

/** The server's own id, and the client's beside it (FHIR R4 http §3.1.0.1.12): in a form that can hold no more than an id. */
function requestIds({ request, trace }: Exchange): Readonly<Record<string, string>> {
  const sent = request.headers["x-request-id"];
  if (typeof sent !== "string" || !/^[A-Za-z0-9._-]{1,64}$/.test(sent)) return {};
  return { "x-request-id": trace, "x-correlation-id": sent };
}

/** For requests that Node's parser refused, which never had a response object. */
export function rawAnswer(status: number, phrase: string): string {
  const headers = Object.entries(SECURITY_HEADERS).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${phrase}\r\n${headers.join("")}connection: close\r\ncontent-length: 0\r\n\r\n`;
}
