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
  const text = answer.text ?? (answer.body === undefined ? "" : JSON.stringify(answer.body));
  const isEmpty = answer.status === 204 || answer.status === 304;
  response.writeHead(answer.status, {
    ...SECURITY_HEADERS,
    "ward-trace": exchange.trace,
    ...(text === "" || isEmpty ? {} : { "content-type": "application/json; charset=utf-8" }),
    ...answer.headers,
    ...(isEmpty ? {} : { "content-length": Buffer.byteLength(text) }),
  });
  response.end(exchange.method === "HEAD" || isEmpty ? undefined : text);
}

/** For requests that Node's parser refused, which never had a response object. */
export function rawAnswer(status: number, phrase: string): string {
  const headers = Object.entries(SECURITY_HEADERS).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${phrase}\r\n${headers.join("")}connection: close\r\ncontent-length: 0\r\n\r\n`;
}
