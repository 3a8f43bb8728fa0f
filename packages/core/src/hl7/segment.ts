/**
 * One segment and its parts, addressed from one as in HL7: `segment.text("5.1.2")` is field 5, component 1, subcomponent
 * 2 of the first repetition; `segment.text("5[2].1")` of the second; `segment.field(5).repetition(2).component(1).sub(2)`
 * is the long form. Parts that are not named are the first, as v2 asks of receivers (v2.5.1 §2.5.3). What was not sent
 * is undefined; what was sent as `""` is null to `value` and undefined to `text`.
 */
import { assert } from "../errors.ts";
import { toFhirDate, toFhirDateTime, type ZoneOption } from "./date-time.ts";
import type { Delimiters } from "./delimiters.ts";
import { decodeText, NULL_VALUE } from "./escape.ts";
import { Hl7ParseError, type Hl7Location } from "./parse-error.ts";

export class Segment {
  readonly name: string;
  /** Its place among the segments of this name, from one. */
  readonly position: number;
  readonly delimiters: Delimiters;
  /** The segment as sent, without its end. */
  readonly raw: string;
  #fields: readonly string[] | undefined;

  constructor(raw: string, position: number, delimiters: Delimiters) {
    this.name = raw.slice(0, 3);
    this.position = position;
    this.delimiters = delimiters;
    this.raw = raw;
  }

  /** Field `n` as sent, escapes and all; empty where it was not sent. */
  rawField(n: number): string {
    this.#fields ??= this.raw.split(this.delimiters.field);
    if (this.name !== "MSH") return n === 0 ? "" : (this.#fields[n] ?? "");
    // MSH-1 is the separator itself, so that every later field stands one place further left.
    return n === 1 ? this.delimiters.field : n < 1 ? "" : (this.#fields[n - 1] ?? "");
  }

  field(n: number): Field {
    return new Field(this.rawField(n), this.delimiters);
  }

  /** Text at a path; undefined where it was not sent, is empty or is the null value. */
  text(path: string): string | undefined {
    return this.value(path) ?? undefined;
  }

  /** Text at a path; null where the sender said `""`. */
  value(path: string): string | null | undefined {
    const { field, repetition, component, sub } = readPath(path);
    return this.field(field).repetition(repetition).component(component).sub(sub);
  }

  /** Text at a path; throws `Hl7ParseError` 101 where there is none. */
  required(path: string): string {
    const text = this.text(path);
    if (text === undefined) throw new Hl7ParseError("101", this.at(path));
    return text;
  }

  /** NM at a path; throws `Hl7ParseError` 102 where the text is no number (v2.5.1 §2.A.47). */
  number(path: string): number | undefined {
    const text = this.text(path)?.trim();
    if (text === undefined || text === "") return undefined;
    if (!/^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(text) || text.length > 40) throw new Hl7ParseError("102", this.at(path));
    return Number(text);
  }

  /** FHIR dateTime at a path; throws `Hl7ParseError` 102 where the text is no HL7 time. */
  dateTime(path: string, options: ZoneOption = {}): string | undefined {
    return this.#time(path, (text) => toFhirDateTime(text, options));
  }

  /** FHIR date at a path; throws `Hl7ParseError` 102 where the text is no HL7 time. */
  date(path: string): string | undefined {
    return this.#time(path, toFhirDate);
  }

  /** Where a path is, for errors. */
  at(path: string): Hl7Location {
    return { segment: this.name, position: this.position, field: readPath(path).field };
  }

  #time(path: string, convert: (text: string) => string | undefined): string | undefined {
    const text = this.text(path)?.trim();
    if (text === undefined || text === "") return undefined;
    const time = convert(text);
    if (time === undefined) throw new Hl7ParseError("102", this.at(path));
    return time;
  }
}

/** A field: its repetitions. */
export class Field {
  readonly raw: string;
  readonly #delimiters: Delimiters;
  #parts: readonly string[] | undefined;

  constructor(raw: string, delimiters: Delimiters) {
    this.raw = raw;
    this.#delimiters = delimiters;
  }

  /** True where the sender said `""`: delete what you have. */
  get isNull(): boolean {
    return this.raw === NULL_VALUE;
  }

  get repetitions(): readonly Repetition[] {
    return this.raw === "" ? [] : this.#split().map((part) => new Repetition(part, this.#delimiters));
  }

  repetition(n: number): Repetition {
    return new Repetition(this.#split()[n - 1] ?? "", this.#delimiters);
  }

  #split(): readonly string[] {
    this.#parts ??= this.raw.split(this.#delimiters.repetition);
    return this.#parts;
  }
}

/** One repetition of a field: its components. */
export class Repetition {
  readonly raw: string;
  readonly #delimiters: Delimiters;
  #parts: readonly string[] | undefined;

  constructor(raw: string, delimiters: Delimiters) {
    this.raw = raw;
    this.#delimiters = delimiters;
  }

  get isNull(): boolean {
    return this.raw === NULL_VALUE;
  }

  component(n: number): Component {
    this.#parts ??= this.raw.split(this.#delimiters.component);
    return new Component(this.#parts[n - 1] ?? "", this.#delimiters);
  }

  /** Text of component `n`, first subcomponent. */
  text(n: number): string | undefined {
    return this.component(n).sub(1) ?? undefined;
  }
}

/** One component: its subcomponents, as text. */
export class Component {
  readonly raw: string;
  readonly #delimiters: Delimiters;

  constructor(raw: string, delimiters: Delimiters) {
    this.raw = raw;
    this.#delimiters = delimiters;
  }

  sub(n: number): string | null | undefined {
    const part = this.raw.split(this.#delimiters.subcomponent)[n - 1] ?? "";
    if (part === "") return undefined;
    return part === NULL_VALUE ? null : decodeText(part, this.#delimiters);
  }
}

interface Path {
  readonly field: number;
  readonly repetition: number;
  readonly component: number;
  readonly sub: number;
}

function readPath(path: string): Path {
  const match = /^(\d+)(?:\[(\d+)\])?(?:\.(\d+)(?:\.(\d+))?)?$/.exec(path);
  assert(match !== null, "a path names field, repetition, component and subcomponent: 5, 5.1, 5.1.2 or 5[2].1.2");
  const [, field, repetition = 1, component = 1, sub = 1] = match;
  return { field: Number(field), repetition: Number(repetition), component: Number(component), sub: Number(sub) };
}
