/**
 * Acknowledgments in original mode (v2.5.1 §2.9.2, §2.10.1): MSH with sender and receiver swapped, MSA that echoes
 * MSH-10, and ERR that says where and why. INVARIANT: nothing of the refused message but its header is echoed.
 */
import { buildMessage, buildSegment } from "./build.ts";
import { toHl7DateTime } from "./date-time.ts";
import { DEFAULT_DELIMITERS, type Delimiters } from "./delimiters.ts";
import type { Hl7Header, Hl7Message } from "./message.ts";
import { ERROR_CONDITIONS, type ErrorCondition, type Hl7Location } from "./parse-error.ts";

/** HL7 table 0008. */
export type AckCode = "AA" | "AE" | "AR";

export interface AckInput {
  /** What is answered: a parsed message, or `{ header: readHeader(raw) }` of one that could not be. */
  readonly message?: { readonly header: Hl7Header } | undefined;
  readonly code: AckCode;
  /** HL7 table 0357; a code that is not in it is answered as 207. */
  readonly condition?: string | undefined;
  readonly location?: Hl7Location | undefined;
  /** A fixed sentence for ERR-8. MUST NOT hold a value of the message. */
  readonly reason?: string | undefined;
  readonly now: Date;
  /** MSH-10 of the acknowledgment itself. */
  readonly controlId: string;
}

/** Header fields longer than this are not echoed: HD, the longest of them, has at most 227 characters (v2.5.1 §2.14.9). */
const ECHO_MAX = 227;

export function buildAck(input: AckInput): string {
  const header = input.message?.header;
  const delimiters = header?.delimiters ?? DEFAULT_DELIMITERS;
  // The echoed fields are put back as they came: they hold no segment end and no field separator.
  const echo = (field: string | undefined): string => (field === undefined || field.length > ECHO_MAX ? "" : field);
  const event = header?.type.split("^")[1];
  const type = isEventCode(event) ? ["ACK", event, "ACK"].join(delimiters.component) : "ACK";
  const msh = [
    buildSegment("MSH", [], delimiters),
    echo(header?.receivingApplication) || "WARD",
    echo(header?.receivingFacility),
    echo(header?.sendingApplication),
    echo(header?.sendingFacility),
    toHl7DateTime(input.now),
    "",
    type,
    input.controlId,
    echo(header?.processingId) || "P",
    /^2(\.\d){1,3}$/.test(header?.version ?? "") ? header?.version : "2.5.1",
    "",
    "",
    "",
    "",
    "",
    ...(header?.charset[0] === undefined ? [] : [echo(header.charset[0])]),
  ];
  const segments = [
    msh.join(delimiters.field),
    ["MSA", input.code, echo(header?.controlId)].join(delimiters.field),
    ...(input.code === "AA" ? [] : [buildError(input, delimiters)]),
  ];
  return buildMessage(segments.map((segment) => trimEnd(segment, delimiters.field)));
}

function buildError(input: AckInput, delimiters: Delimiters): string {
  const condition: ErrorCondition = isCondition(input.condition) ? input.condition : "207";
  const { location } = input;
  const where =
    location === undefined
      ? undefined
      : [
          location.segment,
          String(location.position),
          ...(location.field === undefined ? [] : [String(location.field)]),
        ];
  const coded = [condition, ERROR_CONDITIONS[condition], "HL70357"];
  return buildSegment(
    "ERR",
    ["", where, coded, "E", "", "", "", input.reason ?? ERROR_CONDITIONS[condition]],
    delimiters,
  );
}

export interface Ack {
  readonly code: AckCode;
  /** MSA-2. */
  readonly controlId: string;
  /** ERR-3.1. */
  readonly condition?: string;
  /** ERR-8. */
  readonly reason?: string;
}

/** What an acknowledgment says; undefined where the message is none. */
export function readAck(message: Hl7Message): Ack | undefined {
  const msa = message.segment("MSA");
  const code = msa?.text("1");
  if (msa === undefined || (code !== "AA" && code !== "AE" && code !== "AR")) return undefined;
  const err = message.segment("ERR");
  const condition = err?.text("3.1");
  const reason = err?.text("8");
  return {
    code,
    controlId: msa.rawField(2),
    ...(condition === undefined ? {} : { condition }),
    ...(reason === undefined ? {} : { reason }),
  };
}

function isCondition(condition: string | undefined): condition is ErrorCondition {
  return condition !== undefined && Object.hasOwn(ERROR_CONDITIONS, condition);
}

function isEventCode(code: string | undefined): code is string {
  return code !== undefined && /^[A-Z][A-Z0-9]{2}$/.test(code);
}

function trimEnd(segment: string, separator: string): string {
  let end = segment.length;
  while (segment.charAt(end - 1) === separator) end -= 1;
  return segment.slice(0, end);
}
