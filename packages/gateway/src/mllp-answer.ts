/**
 * From a message's bytes to its acknowledgment. What cannot be read is answered here; everything else is `functions`'
 * to decide. INVARIANT: `AA` is sent only where `receiveMessage` answered `AA`, that is, after the commit.
 */
import { randomUUID } from "node:crypto";
import { asWardError, newTraceId, type Clock, type ErrorCode, type Principal } from "@ward/core";
import {
  buildAck,
  Hl7ParseError,
  parseMessage,
  readHeader,
  type AckCode,
  type AckInput,
  type Hl7Header,
  type Hl7Location,
  type Hl7Message,
} from "@ward/core/hl7";
import type { Functions, MessageVerdict } from "@ward/runtime";
import { decodeBytes } from "./charset.ts";

/** What happened to one message. No value of it but its type, and that only where it parsed. */
export interface MessageLine {
  /** MSH-9.1^9.2 where the message parsed, else `unreadable`. */
  readonly type: string;
  readonly ack: AckCode | "none";
  readonly condition?: string;
  readonly filed?: Readonly<Record<string, number>>;
  readonly duplicate?: boolean;
  /** Set where runtime failed in a way it should have answered for. */
  readonly failure?: ErrorCode;
  readonly ms: number;
  readonly trace: string;
}

/** A message that was refused before it reached a function. No value of it. */
export interface RefusedMessage {
  readonly principal: Principal;
  readonly traceId: string;
  /** HL7 table 0357. */
  readonly condition: string;
  readonly location?: Hl7Location;
  readonly sizeBytes: number;
}

export interface AnswerPorts {
  readonly functions: Pick<Functions, "receiveMessage">;
  readonly principal: Principal;
  readonly clock: Clock;
  /** Records the refusal. The refusal stands where recording fails. */
  readonly onRefused?: ((refused: RefusedMessage) => void | Promise<void>) | undefined;
  readonly onMessage?: ((line: MessageLine) => void) | undefined;
}

/** The acknowledgment's bytes; undefined for an acknowledgment, which is never answered. */
export async function answerMessage(bytes: Buffer, ports: AnswerPorts): Promise<Buffer | undefined> {
  const started = performance.now();
  const traceId = newTraceId();
  const header = readHeaderBytes(bytes);
  const decoded = decodeBytes(bytes);
  if (!decoded.ok) {
    const known = decoded.reason === "charset-unknown" && header !== undefined ? { ...header, charset: [] } : header;
    return refuse(ports, { bytes, header: known, condition: "102", location: decoded.location, traceId, started });
  }
  let message: Hl7Message;
  try {
    message = parseMessage(decoded.text);
  } catch (error) {
    if (!(error instanceof Hl7ParseError)) throw error;
    const { condition, location } = error;
    return refuse(ports, { bytes, header, condition, location, traceId, started });
  }
  // Two systems that acknowledge each other's acknowledgments never stop.
  if (message.header.type.startsWith("ACK")) {
    ports.onMessage?.({ type: message.header.type, ack: "none", ms: performance.now() - started, trace: traceId });
    return undefined;
  }
  const { verdict, failure } = await receive(message, ports, traceId);
  ports.onMessage?.({
    type: message.header.type,
    ack: verdict.ack,
    ...(verdict.condition === undefined ? {} : { condition: verdict.condition }),
    ...(verdict.filed === undefined ? {} : { filed: verdict.filed }),
    ...(verdict.duplicate === undefined ? {} : { duplicate: verdict.duplicate }),
    ...(failure === undefined ? {} : { failure }),
    ms: performance.now() - started,
    trace: traceId,
  });
  return acknowledge(ports, { header, code: verdict.ack, condition: verdict.condition, reason: verdict.reason });
}

/** The answer to a frame larger than the limit, whose `head` is all that was kept. */
export function answerOversize(head: Buffer, ports: AnswerPorts): Promise<Buffer> {
  const header = readHeaderBytes(head);
  const reason = "The message is larger than the limit.";
  const started = performance.now();
  return refuse(ports, { bytes: head, header, condition: "207", reason, traceId: newTraceId(), started });
}

interface Refusal {
  readonly bytes: Buffer;
  readonly header: Hl7Header | undefined;
  readonly condition: string;
  readonly location?: Hl7Location;
  readonly reason?: string;
  readonly traceId: string;
  readonly started: number;
}

async function refuse(ports: AnswerPorts, refusal: Refusal): Promise<Buffer> {
  const { bytes, header, condition, location, reason, traceId, started } = refusal;
  const where = location === undefined ? {} : { location };
  try {
    await ports.onRefused?.({ principal: ports.principal, traceId, condition, ...where, sizeBytes: bytes.length });
  } catch {
    // The message is refused whether or not that could be recorded; whoever records has its own alarm.
  }
  ports.onMessage?.({ type: "unreadable", ack: "AR", condition, ms: performance.now() - started, trace: traceId });
  return acknowledge(ports, { header, code: "AR", condition, reason, ...where });
}

async function receive(
  message: Hl7Message,
  ports: AnswerPorts,
  traceId: string,
): Promise<{ readonly verdict: MessageVerdict; readonly failure?: ErrorCode }> {
  const { header } = message;
  try {
    const verdict = await ports.functions.receiveMessage({
      raw: message.all.map(({ raw }) => `${raw}\r`).join(""),
      type: header.type,
      controlId: header.controlId,
      sender: `${header.sendingApplication}|${header.sendingFacility}`,
      principal: ports.principal,
      traceId,
    });
    return { verdict };
  } catch (error) {
    // What was not answered may or may not have been kept: the sender must keep it, so 206 and not 207.
    const reason = "The message could not be taken now; send it again.";
    return { verdict: { ack: "AE", condition: "206", reason }, failure: asWardError(error).code };
  }
}

/**
 * The header with one character for each byte. Written back the same way, echoed fields are the sender's own bytes in
 * whatever set it declared; the rest of an acknowledgment is ASCII.
 */
function readHeaderBytes(bytes: Buffer): Hl7Header | undefined {
  return readHeader(bytes.toString("latin1", 0, 10_000));
}

type Acknowledging = Pick<AckInput, "code" | "condition" | "reason" | "location"> & {
  readonly header: Hl7Header | undefined;
};

function acknowledge(ports: AnswerPorts, { header, ...input }: Acknowledging): Buffer {
  const message = header === undefined ? {} : { message: { header } };
  const controlId = randomUUID().replaceAll("-", "").slice(0, 20);
  return Buffer.from(buildAck({ ...input, ...message, now: ports.clock.now(), controlId }), "latin1");
}
