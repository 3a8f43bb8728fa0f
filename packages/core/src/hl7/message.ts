/**
 * HL7 v2 messages (v2.3 to v2.8, ER7 encoding). `parseMessage` is the only way in: it takes time linear in the text,
 * throws nothing but `Hl7ParseError`, and leaves a message whose header is whole. Fields are read when they are asked
 * for. Segments end with CR; LF and CR LF are taken too, since many senders write them.
 */
import { DEFAULT_DELIMITERS, readDelimiters, type Delimiters } from "./delimiters.ts";
import { Hl7ParseError } from "./parse-error.ts";
import { Segment } from "./segment.ts";

export interface Hl7Header {
  /** MSH-9.1 and 9.2: `ORU^R01`. */
  readonly type: string;
  /** MSH-10. */
  readonly controlId: string;
  /** MSH-3, as sent. */
  readonly sendingApplication: string;
  /** MSH-4, as sent. */
  readonly sendingFacility: string;
  /** MSH-5, as sent. */
  readonly receivingApplication: string;
  /** MSH-6, as sent. */
  readonly receivingFacility: string;
  /** MSH-7, as sent. */
  readonly dateTime: string;
  /** MSH-11, as sent. */
  readonly processingId: string;
  /** MSH-12.1: `2.5.1`. */
  readonly version: string;
  /** MSH-18, each repetition: HL7 table 0211. */
  readonly charset: readonly string[];
  readonly delimiters: Delimiters;
}

export interface Hl7Message {
  readonly header: Hl7Header;
  readonly delimiters: Delimiters;
  /** Every segment, in order. */
  readonly all: readonly Segment[];
  segments(name: string): readonly Segment[];
  /** The first segment of that name. */
  segment(name: string): Segment | undefined;
}

/** v2.7 allows 199 characters; a longer one cannot be echoed in MSA-2. */
const CONTROL_ID_MAX = 199;

export function parseMessage(raw: string): Hl7Message {
  const lines = raw.split(/\r\n|\r|\n/).filter((line) => line !== "");
  const delimiters = readDelimiters(lines[0] ?? "");
  const seen = new Map<string, Segment[]>();
  let previous: Segment | undefined;
  const all = lines.map((line) => {
    const name = line.slice(0, 3);
    const siblings = seen.get(name) ?? [];
    const separator = line.charAt(3);
    // A line without a segment's name is the rest of a field that held a line break: filing it would lose text.
    if (!/^[A-Z][A-Z0-9]{2}$/.test(name) || (separator !== "" && separator !== delimiters.field)) {
      throw new Hl7ParseError("100", { segment: previous?.name ?? "MSH", position: previous?.position ?? 1 });
    }
    const segment = new Segment(line, siblings.length + 1, delimiters);
    siblings.push(segment);
    seen.set(name, siblings);
    previous = segment;
    return segment;
  });
  if ((seen.get("MSH") ?? []).length > 1) throw new Hl7ParseError("100", { segment: "MSH", position: 2 });
  const header = readHeaderOf(all[0] as Segment);
  checkHeader(header);
  return {
    header,
    delimiters,
    all,
    segments: (name) => seen.get(name) ?? [],
    segment: (name) => seen.get(name)?.[0],
  };
}

/** As much of the header as can be read, for answering a message that `parseMessage` refuses; undefined where there is no MSH. */
export function readHeader(raw: string): Hl7Header | undefined {
  const line = raw.slice(0, 10_000).split(/[\r\n]/, 1)[0] ?? "";
  if (!/^MSH[!-/:-@[-`{-~]/.test(line)) return undefined;
  let delimiters: Delimiters;
  try {
    delimiters = readDelimiters(line);
  } catch {
    delimiters = { ...DEFAULT_DELIMITERS, field: line.charAt(3) };
  }
  return readHeaderOf(new Segment(line, 1, delimiters));
}

function readHeaderOf(msh: Segment): Hl7Header {
  const event = msh.text("9.2");
  return {
    type: `${msh.text("9.1") ?? ""}${event === undefined ? "" : `^${event}`}`,
    controlId: msh.rawField(10),
    sendingApplication: msh.rawField(3),
    sendingFacility: msh.rawField(4),
    receivingApplication: msh.rawField(5),
    receivingFacility: msh.rawField(6),
    dateTime: msh.rawField(7),
    processingId: msh.rawField(11),
    version: msh.text("12.1") ?? "",
    charset: msh.field(18).repetitions.map((repetition) => repetition.raw),
    delimiters: msh.delimiters,
  };
}

function checkHeader(header: Hl7Header): void {
  const at = (field: number) => ({ segment: "MSH", position: 1, field });
  if (header.type === "") throw new Hl7ParseError("101", at(9));
  if (!/^[A-Z][A-Z0-9]{2}(?:\^[A-Z][A-Z0-9]{2})?$/.test(header.type)) throw new Hl7ParseError("102", at(9));
  if (header.controlId.trim() === "" || header.controlId === '""') throw new Hl7ParseError("101", at(10));
  if (header.controlId.length > CONTROL_ID_MAX) throw new Hl7ParseError("102", at(10));
  if (header.version === "") throw new Hl7ParseError("101", at(12));
  if (!/^2(?:\.\d){0,3}$/.test(header.version)) throw new Hl7ParseError("203", at(12));
}
