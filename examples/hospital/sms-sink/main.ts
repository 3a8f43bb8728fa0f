/**
 * A stand-in for a text-message provider, for this example and its tests: it keeps what it is sent in memory and shows
 * it. `POST /messages` takes `{ to, text, link }`; `GET /messages` lists them. It listens on loopback only.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface SmsMessage {
  /** The patient as an opaque token; a real provider would hold the numbers for the tokens. */
  readonly to: string;
  readonly text: string;
  readonly link?: string;
}

export interface SmsSink {
  readonly port: number;
  /** In the order in which they came. */
  readonly messages: readonly SmsMessage[];
  close(): Promise<void>;
}

const BODY_MAX_BYTES = 4_096;

/** `port` 0 takes a free one. Rejects where the port is in use. */
export async function startSmsSink(options: { readonly port: number }): Promise<SmsSink> {
  const messages: SmsMessage[] = [];
  const server = createServer((request, response) => {
    answer(request, response, messages).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    messages,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, messages: SmsMessage[]): Promise<void> {
  const send = (status: number, body: unknown): void => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };
  if (request.url !== "/messages") return send(404, { error: "only /messages is here" });
  if (request.method === "GET") return send(200, messages);
  if (request.method !== "POST") return send(405, { error: "GET or POST" });
  const message = readMessage(await readBody(request));
  if (message === undefined) return send(400, { error: "send { to, text, link? }" });
  messages.push(message);
  send(202, { accepted: messages.length });
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) {
    body += String(chunk);
    if (body.length > BODY_MAX_BYTES) return "";
  }
  return body;
}

function readMessage(body: string): SmsMessage | undefined {
  try {
    const { to, text, link } = JSON.parse(body) as Record<string, unknown>;
    if (typeof to !== "string" || typeof text !== "string") return undefined;
    return { to, text, ...(typeof link === "string" ? { link } : {}) };
  } catch {
    return undefined;
  }
}

if (import.meta.main) {
  const sink = await startSmsSink({ port: Number(process.env["SMS_SINK_PORT"] ?? 8090) });
  console.log(`SMS sink on http://localhost:${sink.port}/messages`);
}
