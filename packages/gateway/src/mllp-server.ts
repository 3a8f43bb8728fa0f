/**
 * HL7 v2 over MLLP. One connection's messages are handled one after the other, in order; connections run side by side.
 * Nothing is read from a connection while its message is in work, so that a fast sender waits in its own socket buffer.
 * INVARIANT: without TLS it listens on loopback only (45 CFR 164.312(e)(1)).
 */
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { WardError } from "@ward/core";
import { isLoopback, listen } from "./listen.ts";
import type { TlsMaterial } from "./local-ca.ts";
import { answerMessage, answerOversize, type AnswerPorts } from "./mllp-answer.ts";
import { frame, MllpFrames, type Frame } from "./mllp-frames.ts";

export interface MllpLimits {
  readonly messageMaxBytes: number;
  /** Bytes outside of frames on one connection between two messages. */
  readonly noiseMaxBytes: number;
  readonly connectionsMax: number;
  /** A connection on which nothing happens is closed. */
  readonly idleMs: number;
  /** From the first byte of a frame to its last. */
  readonly frameMs: number;
  /** How long `close` waits for messages in work. */
  readonly graceMs: number;
}

export const DEFAULT_MLLP_LIMITS: MllpLimits = {
  messageMaxBytes: 4 * 1024 * 1024,
  noiseMaxBytes: 4096,
  connectionsMax: 256,
  idleMs: 10 * 60_000,
  frameMs: 30_000,
  graceMs: 10_000,
};

export interface MllpOptions extends AnswerPorts {
  /** 0 picks a free port. */
  readonly port: number;
  readonly host: string;
  /** With `clientCa` (PEM) only clients with a certificate of it may connect. */
  readonly tls?: (TlsMaterial & { readonly clientCa?: string }) | undefined;
  readonly limits?: Partial<MllpLimits>;
}

export interface MllpServer {
  readonly port: number;
  /** Takes no more messages, answers the ones in work, and closes every connection. */
  close(): Promise<void>;
}

/** Throws `startup-failed` with `reason`: `port-in-use`, `mllp-plain-needs-loopback`, … */
export async function startMllp(options: MllpOptions): Promise<MllpServer> {
  const limits = { ...DEFAULT_MLLP_LIMITS, ...options.limits };
  if (options.tls === undefined && !isLoopback(options.host)) {
    throw new WardError("startup-failed", {
      reason: "mllp-plain-needs-loopback",
      host: options.host,
      port: options.port,
    });
  }
  const connections = new Set<Connection>();
  let isClosing = false;
  const accept = (socket: Socket): void => {
    if (isClosing) {
      socket.destroy();
      return;
    }
    const connection = new Connection(socket, options, limits);
    connections.add(connection);
    void connection.done.finally(() => connections.delete(connection));
  };
  const server = makeServer(options, accept);
  server.maxConnections = limits.connectionsMax;
  const port = await listen(server, options.port, options.host);
  return {
    port,
    close: async () => {
      isClosing = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const connection of connections) connection.finish();
      const finished = Promise.all([closed, ...[...connections].map(({ done }) => done)]);
      // What is still in work after the grace gets no answer: its sender sends it again, and it files once.
      const { promise: outOfGrace, resolve: giveUp } = Promise.withResolvers<void>();
      const grace = setTimeout(() => {
        for (const connection of connections) connection.destroy();
        giveUp();
      }, limits.graceMs);
      await Promise.race([finished, outOfGrace]);
      clearTimeout(grace);
    },
  };
}

function makeServer({ tls }: MllpOptions, accept: (socket: Socket) => void): Server {
  // Senders may close their half once they have sent everything, and still wait for the answer. TLS needs no such option:
  // a stream ends only when it is read on, which is after the answer; and it would keep aborted handshakes open.
  if (tls === undefined) return createServer({ allowHalfOpen: true, noDelay: true }, accept);
  const server = createTlsServer(
    {
      noDelay: true,
      key: tls.key,
      cert: tls.cert,
      minVersion: "TLSv1.2",
      handshakeTimeout: 10_000,
      ...(tls.clientCa === undefined ? {} : { ca: tls.clientCa, requestCert: true, rejectUnauthorized: true }),
    },
    accept,
  );
  // A failed handshake (a port scan, a client that does not trust the CA) is the client's affair.
  server.on("tlsClientError", (_error, socket) => socket.destroy());
  return server;
}

class Connection {
  /** Resolves when the socket is gone and nothing of it is in work. */
  readonly done: Promise<void>;
  readonly #socket: Socket;
  readonly #ports: AnswerPorts;
  readonly #limits: MllpLimits;
  /** From a message's end to its answer's last byte: `finish` waits for it. */
  #isBusy = false;
  /** While a message is in work: the sender can do nothing but wait. */
  #isWorking = false;
  #isFinishing = false;
  #frameTimer: NodeJS.Timeout | undefined;

  constructor(socket: Socket, ports: AnswerPorts, limits: MllpLimits) {
    this.#socket = socket;
    this.#ports = ports;
    this.#limits = limits;
    socket.setTimeout(limits.idleMs, () => {
      // Silence while a message is in work is ours; silence while its answer waits to be read is the sender's.
      if (!this.#isWorking) socket.destroy();
    });
    socket.on("error", () => socket.destroy());
    const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    this.done = Promise.all([this.#serve(), closed]).then(() => undefined);
  }

  /** Closes now where nothing is in work, else after the answer to the message in work. */
  finish(): void {
    this.#isFinishing = true;
    if (!this.#isBusy) this.#socket.destroy();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  async #serve(): Promise<void> {
    const frames = new MllpFrames(this.#limits);
    try {
      for await (const chunk of this.#socket.iterator({ destroyOnReturn: false })) {
        for (const found of frames.push(chunk as Buffer)) {
          this.#stopFrameTimer();
          if (!(await this.#handle(found))) return this.#hangUp();
        }
        // Not renewed by each byte: one a minute would hold the connection for ever.
        if (frames.isOpen) this.#frameTimer ??= setTimeout(() => this.#socket.destroy(), this.#limits.frameMs);
      }
      this.#hangUp();
    } catch {
      // The connection broke. What was in work is committed or not; the sender sends it again and it files once.
      this.#socket.destroy();
    } finally {
      this.#stopFrameTimer();
    }
  }

  #stopFrameTimer(): void {
    clearTimeout(this.#frameTimer);
    this.#frameTimer = undefined;
  }

  /** False where the connection is not to be read on. */
  async #handle(found: Frame): Promise<boolean> {
    if (this.#isFinishing || found.kind === "noise") return false;
    this.#isBusy = true;
    try {
      this.#isWorking = true;
      const answer =
        found.kind === "message"
          ? await answerMessage(found.bytes, this.#ports)
          : await answerOversize(found.head, this.#ports);
      this.#isWorking = false;
      if (answer !== undefined) await this.#write(frame(answer));
      return found.kind === "message" && !this.#isFinishing;
    } finally {
      this.#isBusy = false;
      this.#isWorking = false;
    }
  }

  /** Resolves when the answer left for the kernel: a sender that does not read its answers is not read from either. */
  async #write(bytes: Buffer): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const onClose = (): void => reject(new Error("the connection closed before its answer was written"));
      this.#socket.once("close", onClose);
      this.#socket.write(bytes, (error) => {
        this.#socket.off("close", onClose);
        if (error) reject(error);
        else resolve();
      });
    });
  }

  /** Lets the last answer arrive: closing with unread bytes would reset the connection and may drop the answer. */
  #hangUp(): void {
    if (this.#socket.destroyed) return;
    this.#socket.end();
    this.#socket.resume();
    const timer = setTimeout(() => this.#socket.destroy(), 1_000);
    this.#socket.once("end", () => this.#socket.destroySoon());
    this.#socket.once("close", () => clearTimeout(timer));
  }
}
