/**
 * Sends HL7 v2 messages over MLLP and waits for each acknowledgment: `ward start --once`, the tests and the bench.
 * Many messages go over one connection, one after the other, as laboratories send them.
 */
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { Hl7ParseError, parseMessage, readAck, type Ack } from "@ward/core/hl7";
import { decodeBytes } from "./charset.ts";
import { frame, MllpFrames } from "./mllp-frames.ts";

export interface MllpTarget {
  readonly host: string;
  readonly port: number;
  /** PEM of the CA to trust; absent means plain TCP. */
  readonly tls?: { readonly ca: string; readonly servername?: string; readonly key?: string; readonly cert?: string };
  /** For connecting, and for each acknowledgment. */
  readonly timeoutMs?: number;
}

export interface ReceivedAck extends Ack {
  /** The acknowledgment as text, segments ended by CR. */
  readonly raw: string;
}

/** Why there is no acknowledgment. The receiver may or may not have filed the message: send it again. */
export class MllpError extends Error {
  readonly reason: "cannot-connect" | "timeout" | "closed" | "not-an-acknowledgment";

  constructor(reason: MllpError["reason"]) {
    super(`MLLP: ${reason}`);
    this.name = "MllpError";
    this.reason = reason;
  }
}

export interface MllpConnection {
  /** Text goes out as UTF-8. Calls made at the same time are sent in their order. Throws `MllpError`. */
  send(message: string | Uint8Array): Promise<ReceivedAck>;
  close(): void;
}

/** Sends `messages` in order over one connection. Throws `MllpError` at the first that gets no acknowledgment. */
export async function sendMllp(
  target: MllpTarget,
  messages: readonly (string | Uint8Array)[],
): Promise<readonly ReceivedAck[]> {
  const connection = await openMllp(target);
  try {
    const acks: ReceivedAck[] = [];
    for (const message of messages) acks.push(await connection.send(message));
    return acks;
  } finally {
    connection.close();
  }
}

const DEFAULT_TIMEOUT_MS = 30_000;
const ACK_LIMITS = { messageMaxBytes: 1024 * 1024, noiseMaxBytes: 4096 };

export async function openMllp(target: MllpTarget): Promise<MllpConnection> {
  const timeoutMs = target.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const socket = await open(target, timeoutMs);
  const answers = readAnswers(socket);
  let last: Promise<unknown> = Promise.resolve();
  const exchange = async (message: string | Uint8Array): Promise<ReceivedAck> => {
    if (socket.destroyed || !socket.writable) throw new MllpError("closed");
    const timer = setTimeout(() => socket.destroy(new MllpError("timeout")), timeoutMs);
    try {
      socket.write(frame(typeof message === "string" ? Buffer.from(message, "utf8") : message));
      const answer = await answers.next();
      if (answer.done === true) throw new MllpError("closed");
      return answer.value;
    } catch (error) {
      socket.destroy();
      throw error instanceof MllpError ? error : new MllpError("closed");
    } finally {
      clearTimeout(timer);
    }
  };
  return {
    send: (message) => {
      const sent = last.then(
        () => exchange(message),
        () => exchange(message),
      );
      last = sent;
      return sent;
    },
    close: () => {
      socket.end();
      socket.destroySoon();
    },
  };
}

function open({ host, port, tls }: MllpTarget, timeoutMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket: Socket =
      tls === undefined
        ? connectTcp({ host, port, noDelay: true })
        : connectTls({ host, port, ...tls, minVersion: "TLSv1.2" });
    const timer = setTimeout(() => socket.destroy(new MllpError("timeout")), timeoutMs);
    socket.on("error", (error) => {
      clearTimeout(timer);
      reject(error instanceof MllpError ? error : new MllpError("cannot-connect"));
    });
    socket.once(tls === undefined ? "connect" : "secureConnect", () => {
      clearTimeout(timer);
      socket.setNoDelay(true);
      resolve(socket);
    });
  });
}

async function* readAnswers(socket: Socket): AsyncGenerator<ReceivedAck, void> {
  const frames = new MllpFrames(ACK_LIMITS);
  for await (const chunk of socket) {
    for (const found of frames.push(chunk as Buffer)) {
      if (found.kind !== "message") throw new MllpError("not-an-acknowledgment");
      yield readAnswer(found.bytes);
    }
  }
}

function readAnswer(bytes: Buffer): ReceivedAck {
  const decoded = decodeBytes(bytes);
  if (!decoded.ok) throw new MllpError("not-an-acknowledgment");
  try {
    const ack = readAck(parseMessage(decoded.text));
    if (ack !== undefined) return { ...ack, raw: decoded.text };
  } catch (error) {
    if (!(error instanceof Hl7ParseError)) throw error;
  }
  throw new MllpError("not-an-acknowledgment");
}
