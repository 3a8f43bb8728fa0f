/** Calls into an instance: HTTP/1.1 over its in-socket, connections kept. What comes back is untrusted. */
import { Agent, request as httpRequest } from "node:http";
import { WardError } from "@ward/core";

/** workerd closes a connection that idles for 5 s; ours go before, so that no call meets a closing one. */
const IDLE_MS = 4_000;
const ANSWER_MAX_BYTES = 16 << 20;

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** The connection failed, as it does when the process dies. Why it died is known elsewhere. */
export class Disconnected extends Error {}

export class InSocket {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: Infinity, timeout: IDLE_MS });
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** Throws `Disconnected`, or `function-failed` for an answer that is too large. */
  call(method: "GET" | "POST", path: string, body?: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const request = httpRequest(
        {
          agent: this.#agent,
          socketPath: this.#path,
          method,
          path,
          headers:
            body === undefined
              ? { Host: "instance" }
              : { Host: "instance", "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) },
        },
        (response) => {
          const chunks: Buffer[] = [];
          let size = 0;
          response.on("data", (chunk: Buffer) => {
            size += chunk.length;
            chunks.push(chunk);
            if (size > ANSWER_MAX_BYTES) {
              reject(new WardError("function-failed", { reason: "answer-too-large", maxBytes: ANSWER_MAX_BYTES }));
              request.destroy();
            }
          });
          response.on("end", () =>
            resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") }),
          );
          response.on("error", () => reject(new Disconnected()));
        },
      );
      request.on("error", () => reject(new Disconnected()));
      request.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
