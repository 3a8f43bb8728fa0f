/**
 * What a template says of a property, as far as it can be known before deployment. Readers make these; rules see them
 * through `Property`. INVARIANT: a value is never a guess: what a reader can't resolve is `unknown` with the reason, in
 * words that go after "depends on".
 */
import type { Spot } from "../source/source-text.ts";

export type Value = Scalar | ListValue | MapValue | Reference | Text | Unknown | Choice | Absent;

interface Written {
  readonly spot: Spot;
  /** The parameter or variable that gave the value, where one did. */
  readonly parameter?: string;
}

export interface Scalar extends Written {
  readonly kind: "scalar";
  readonly value: string | number | boolean | null;
}

export interface ListValue extends Written {
  readonly kind: "list";
  readonly items: readonly Value[];
  /** There may be more items than these, and why. */
  readonly open?: string;
}

export interface MapValue extends Written {
  readonly kind: "map";
  readonly entries: ReadonlyMap<string, Value>;
  /** There may be more entries than these, and why. */
  readonly open?: string;
}

/** Another resource's identifier (`attribute` is empty) or one of its attributes. */
export interface Reference extends Written {
  readonly kind: "reference";
  readonly resource: string;
  readonly attribute: string;
}

/** A string of which parts are known: `arn:aws:s3:::${Bucket}/*`. */
export interface Text extends Written {
  readonly kind: "text";
  readonly parts: readonly (string | Reference | Unknown)[];
}

export interface Unknown extends Written {
  readonly kind: "unknown";
  readonly reason: string;
  /** True where something will be there, whatever it is: a parameter without a default must be given. */
  readonly present: boolean;
  /** What such a value looks like, where that is known: a region, an account id. */
  readonly sample?: string;
}

/** One of these, decided at deployment by what `reason` names. */
export interface Choice extends Written {
  readonly kind: "choice";
  readonly reason: string;
  readonly options: readonly Value[];
}

export interface Absent extends Written {
  readonly kind: "absent";
}

/** Combinations multiply; beyond this many a value is simply unknown. */
const OPTIONS_MAX = 64;

export function scalar(value: Scalar["value"], spot: Spot): Scalar {
  return { kind: "scalar", value, spot };
}

export function list(items: readonly Value[], spot: Spot, open?: string): ListValue {
  return open === undefined ? { kind: "list", items, spot } : { kind: "list", items, spot, open };
}

export function map(entries: Iterable<readonly [string, Value]>, spot: Spot, open?: string): MapValue {
  const kept = new Map(entries);
  return open === undefined ? { kind: "map", entries: kept, spot } : { kind: "map", entries: kept, spot, open };
}

export function reference(resource: string, attribute: string, spot: Spot): Reference {
  return { kind: "reference", resource, attribute, spot };
}

export function unknownValue(reason: string, spot: Spot, present = true): Unknown {
  return { kind: "unknown", reason, present, spot };
}

export function absent(spot: Spot): Absent {
  return { kind: "absent", spot };
}

/** Nested choices become one; equal options one; a single option itself. */
export function choice(reason: string, options: readonly Value[], spot: Spot): Value {
  const flat = options.flatMap((option) => (option.kind === "choice" ? option.options : [option]));
  const kept: Value[] = [];
  for (const option of flat) if (!kept.some((other) => sameScalar(other, option))) kept.push(option);
  const [only] = kept;
  if (kept.length === 1 && only) return only;
  if (kept.length > OPTIONS_MAX) return unknownValue(reason, spot, !kept.some(({ kind }) => kind === "absent"));
  return { kind: "choice", reason, options: kept, spot };
}

/** Applies what is defined for definite values to each option of a choice. */
export function eachOption(value: Value, change: (option: Value) => Value): Value {
  if (value.kind !== "choice") return change(value);
  return choice(value.reason, value.options.map(change), value.spot);
}

/** Joins parts to the most definite value they allow. */
export function joinText(parts: readonly Value[], spot: Spot): Value {
  const combinations = parts.reduce((count, part) => count * (part.kind === "choice" ? part.options.length : 1), 1);
  if (combinations > OPTIONS_MAX) return joinText(parts.map(blurred), spot);
  const choiceAt = parts.findIndex(({ kind }) => kind === "choice");
  const chosen = parts[choiceAt];
  if (chosen?.kind === "choice") {
    return eachOption(chosen, (option) => joinText(parts.with(choiceAt, option), spot));
  }
  const joined: (string | Reference | Unknown)[] = [];
  for (const part of parts) for (const piece of textParts(part)) appendPart(joined, piece);
  if (joined.every((piece) => typeof piece === "string")) return scalar(joined.join(""), spot);
  const [only] = joined;
  if (joined.length === 1 && only && typeof only !== "string") return { ...only, spot };
  return { kind: "text", parts: joined, spot };
}

/** Every resource id that the value names, at any depth. */
export function referencesIn(value: Value, found: Set<string> = new Set()): Set<string> {
  if (value.kind === "reference") found.add(value.resource);
  else if (value.kind === "text") {
    for (const part of value.parts) if (typeof part !== "string") referencesIn(part, found);
  } else if (value.kind === "list") for (const item of value.items) referencesIn(item, found);
  else if (value.kind === "map") for (const entry of value.entries.values()) referencesIn(entry, found);
  else if (value.kind === "choice") for (const option of value.options) referencesIn(option, found);
  return found;
}

/** Whether both will be the same text, though what it will be is not known: `${Env}-records` twice. */
export function isSameText(one: Value, other: Value | undefined): boolean {
  if (other === undefined || one.kind !== other.kind) return false;
  if (one.kind === "unknown") return one.parameter !== undefined && one.parameter === other.parameter;
  if (one.kind !== "text" || other.kind !== "text" || one.parts.length !== other.parts.length) return false;
  return one.parts.every((part, index) => {
    const twin = other.parts[index];
    if (typeof part === "string" || typeof twin === "string" || twin === undefined) return part === twin;
    if (part.kind === "reference") {
      return twin.kind === "reference" && part.resource === twin.resource && part.attribute === twin.attribute;
    }
    return twin.kind === "unknown" && part.reason === twin.reason;
  });
}

function blurred(part: Value): Value {
  return part.kind === "choice" ? unknownValue(part.reason, part.spot) : part;
}

function textParts(part: Value): readonly (string | Reference | Unknown)[] {
  if (part.kind === "scalar") return [part.value === null ? "" : String(part.value)];
  if (part.kind === "text") return part.parts;
  if (part.kind === "reference" || part.kind === "unknown") return [part];
  return part.kind === "absent" ? [] : [unknownValue("a value that is no text", part.spot)];
}

function appendPart(joined: (string | Reference | Unknown)[], piece: string | Reference | Unknown): void {
  const last = joined.at(-1);
  if (typeof piece === "string" && typeof last === "string") joined[joined.length - 1] = last + piece;
  else if (piece !== "") joined.push(piece);
}

function sameScalar(one: Value, other: Value): boolean {
  if (one.kind === "absent") return other.kind === "absent";
  return one.kind === "scalar" && other.kind === "scalar" && one.value === other.value;
}
