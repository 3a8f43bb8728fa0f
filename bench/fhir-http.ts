/**
 * A keep-alive HTTP/1.1 client that costs the shared cores as little as it can: one request at a time on a socket,
 * answers framed by `Content-Length` or chunks. Loopback only; not a client for anything else.
 */
import { connect, type Socket } from "node:net";

export interface HttpAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: Buffer;
}

export interface HttpConnection {
  send(request: HttpRequest): Promise<HttpAnswer>;
  close(): void;
}

export interface HttpRequest {
  readonly method: string;
  /** Below the server: `/fhir/R4/Patient/1`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export async function openConnection(port: number, token: string): Promise<HttpConnection> {
  const socket = await opened(port);
  const common = `Host: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\n`;
  let received = Buffer.alloc(0);
  let waiting: { settle(answer: HttpAnswer): void; fail(error: Error): void } | undefined;
  const end = (error: Error): void => {
    waiting?.fail(error);
    waiting = undefined;
  };
  socket.on("data", (chunk) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const answer = readAnswer(received);
    if (answer === undefined) return;
    received = Buffer.alloc(0);
    const asked = waiting;
    waiting = undefined;
    asked?.settle(answer);
  });
  socket.on("error", end);
  socket.on("close", () => end(new Error("the server closed the connection")));
  return {
    async send({ method, path, headers = {}, body }) {
      const named = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      const framed =
        body === undefined
          ? ""
          : `Content-Type: application/fhir+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`;
      return await new Promise<HttpAnswer>((settle, fail) => {
        waiting = { settle, fail };
        socket.write(`${method} ${path} HTTP/1.1\r\n${common}${named.join("")}${framed}\r\n${body ?? ""}`);
      });
    },
    close: () => socket.destroy(),
  };
}

async function opened(port: number): Promise<Socket> {
  return await new Promise((settle, fail) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true }, () => settle(socket));
    socket.once("error", fail);
  });
}

/** Undefined until the whole answer is there. */
function readAnswer(bytes: Buffer): HttpAnswer | undefined {
  const headEnd = bytes.indexOf("\r\n\r\n");
  if (headEnd < 0) return undefined;
  const head = bytes.toString("latin1", 0, headEnd);
  const status = Number(head.slice(9, 12));
  const body = bytes.subarray(headEnd + 4);
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  if (length !== undefined) {
    return body.length < Number(length) ? undefined : { status, head, body };
  }
  if (!/\r\ntransfer-encoding: chunked/i.test(head)) return { status, head, body };
  const joined = joinChunks(body);
  return joined === undefined ? undefined : { status, head, body: joined };
}

function joinChunks(bytes: Buffer): Buffer | undefined {
  const parts: Buffer[] = [];
  for (let at = 0; ;) {
    const lineEnd = bytes.indexOf("\r\n", at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(bytes.toString("latin1", at, lineEnd), 16);
    const from = lineEnd + 2;
    if (bytes.length < from + size + 2) return undefined;
    if (size === 0) return Buffer.concat(parts);
    parts.push(bytes.subarray(from, from + size));
    at = from + size + 2;
  }
}
