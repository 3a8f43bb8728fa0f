/**
 * A record's card: its security labels, what it refers to and its dates, sealed apart from the resource and bound to
 * type, record id and version. Cards of a whole compartment are opened at once, so that a search narrows, sorts and
 * counts by them, and opens the records that it answers (docs/decisions/0051-cards.md).
 *
 * INVARIANT: a card says of its version what the resource says, made from it by the same extractors when it was sealed.
 */
import type { CompartmentKeys, ShortTextPlace } from "@ward/vault";
import type { SearchValue } from "../extraction/search-value.ts";
import { searchValuesOf } from "../extraction/extract.ts";
import type { JsonObject } from "../json.ts";
import { parameterOf, parametersOf } from "../search/parameters.ts";
import { compartmentId } from "./compartment.ts";
import type { Sketch } from "./contract.ts";
import { isLogicalId } from "./record-id.ts";
import { labelsOf } from "./sealed-record.ts";

/** A longer one is not kept: a list with thousands of members is opened instead. */
const CARD_MAX_BYTES = 1_000;
export const NO_CARD = Buffer.alloc(0);

/**
 * The logical id, where the record id is another; labels; literal references; then parameters' names, each before the
 * place of a reference or before a date's two ends. Flat, since it is read for every row that a search looks at.
 */
type Text = readonly [
  id: string | 0,
  labels: readonly string[] | 0,
  references: readonly string[],
  referred: readonly (string | number)[],
  dates: readonly (string | number | null)[],
];

/** Whether a card has all values of a parameter that a literal reference or a date can be compared with. */
export function isOnCard(type: string, name: string): boolean {
  const kind = name === "_lastUpdated" ? undefined : parameterOf(type, name)?.kind;
  return kind === "reference" || kind === "date";
}

/** Empty where it would be long. */
export function sealCard(
  keys: CompartmentKeys,
  version: { readonly type: string; readonly recordId: string; readonly version: number },
  subjectId: string | undefined,
  resource: JsonObject,
): Buffer {
  const text = JSON.stringify(textOf(version.recordId, resource));
  if (Buffer.byteLength(text) > CARD_MAX_BYTES) return NO_CARD;
  const bound = Buffer.alloc(BOUND_BYTES + version.type.length);
  bound.write(version.recordId.replaceAll("-", ""), "hex");
  bound.writeInt32BE(version.version, ID_BYTES);
  bound.write(version.type, BOUND_BYTES);
  return keys.sealShort(compartmentId(version.type, subjectId), bound, text);
}

function textOf(recordId: string, resource: JsonObject): Text {
  const references: string[] = [];
  const referred: (string | number)[] = [];
  const dates: (string | number | null)[] = [];
  for (const name of namesOf(resource["resourceType"] as string)) {
    for (const value of searchValuesOf(resource, name)) {
      if (value.kind === "date") dates.push(name, finite(value.from), finite(value.to));
      if (value.kind !== "reference" || value.reference === undefined) continue;
      const known = references.indexOf(value.reference);
      referred.push(name, known < 0 ? references.push(value.reference) - 1 : known);
    }
  }
  const labels = labelsOf(resource);
  const id = isLogicalId(recordId) ? 0 : (resource["id"] as string);
  return [id, labels.length === 0 ? 0 : labels, references, referred, dates];
}

const names = new Map<string, readonly string[]>();

function namesOf(type: string): readonly string[] {
  let known = names.get(type);
  if (known === undefined) {
    known = parametersOf(type).flatMap(({ name }) => (isOnCard(type, name) ? [name] : []));
    names.set(type, known);
  }
  return known;
}

/** JSON has no infinity: an open end is null. */
function finite(time: number): number | null {
  return Number.isFinite(time) ? time : null;
}

/** As `find-cards.ts` asks for them: of each row its record id, version, sequence, time, subject and card. */
const ID_BYTES = 16;
const BOUND_BYTES = ID_BYTES + 4;
const HEAD_BYTES = 2 * ID_BYTES + 24;
/** 2000-01-01, from which PostgreSQL counts microseconds. */
const EPOCH_MS = 946_684_800_000;
const NO_SUBJECT = "0".repeat(2 * ID_BYTES);
const NO_LABELS: readonly string[] = [];

/** A row without its resource, read from the bytes when it is asked: of most rows only the card is looked at. */
export class CardRow {
  readonly type: string;
  readonly #packed: Buffer;
  readonly #at: number;

  constructor(type: string, packed: Buffer, at: number) {
    this.type = type;
    this.#packed = packed;
    this.#at = at;
  }

  get recordId(): string {
    return uuidOf(this.#packed.toString("hex", this.#at, this.#at + ID_BYTES));
  }

  get version(): number {
    return this.#packed.readInt32BE(this.#at + 16);
  }

  get sequence(): bigint {
    return this.#packed.readBigInt64BE(this.#at + 20);
  }

  get lastUpdated(): Date {
    return new Date(EPOCH_MS + Math.floor(Number(this.#packed.readBigInt64BE(this.#at + 28)) / 1_000));
  }

  get subjectId(): string | undefined {
    const subject = this.#packed.toString("hex", this.#at + 36, this.#at + 52);
    return subject === NO_SUBJECT ? undefined : uuidOf(subject);
  }

  isOfSameSubject(other: CardRow): boolean {
    const [at, of] = [this.#at + 36, other.#at + 36];
    return this.#packed.compare(other.#packed, of, of + ID_BYTES, at, at + ID_BYTES) === 0;
  }

  /** Undefined where the version has no card. Id and version stand in a row as they are bound. */
  get card(): ShortTextPlace | undefined {
    const sealedBytes = this.#packed.readInt32BE(this.#at + HEAD_BYTES - 4);
    if (sealedBytes === 0) return undefined;
    return { boundAt: this.#at, boundBytes: BOUND_BYTES, sealedAt: this.#at + HEAD_BYTES, sealedBytes };
  }
}

/** Rows of one type, packed behind each other. */
export interface CardRows {
  readonly packed: Buffer;
  readonly rows: readonly CardRow[];
}

export function readCardRows(type: string, packed: Buffer): CardRows {
  const rows: CardRow[] = [];
  for (let at = 0; at < packed.length; at += HEAD_BYTES + packed.readInt32BE(at + HEAD_BYTES - 4)) {
    rows.push(new CardRow(type, packed, at));
  }
  return { packed, rows };
}

/** Whose cards these are, each once. */
export function subjectsOf({ rows: [first, ...others] }: CardRows): ReadonlySet<string | undefined> {
  if (first === undefined) return new Set();
  if (others.every((row) => row.isOfSameSubject(first))) return new Set([first.subjectId]);
  return new Set([first, ...others].map(({ subjectId }) => subjectId));
}

/** Of the rows that have a card, in their order. Throws `decryption-failed`. */
export function openCards(keys: CompartmentKeys, type: string, { packed, rows }: CardRows): readonly Sketch[] {
  const withCard = rows.filter(({ card }) => card !== undefined);
  const subjects = subjectsOf({ packed, rows: withCard });
  const groups = subjects.size <= 1 ? [withCard] : Map.groupBy(withCard, ({ subjectId }) => subjectId).values();
  const boundEnd = Buffer.from(type);
  const sketches = new Map<CardRow, Sketch>();
  for (const group of groups) {
    const [first] = group;
    if (first === undefined) continue;
    const places = group.map(({ card }) => card as ShortTextPlace);
    const texts = keys.openShort(compartmentId(type, first.subjectId), { bytes: packed, boundEnd, places });
    group.forEach((row, at) => sketches.set(row, new CardSketch(row, JSON.parse(texts[at] as string) as Text)));
  }
  return withCard.map((row) => sketches.get(row) as Sketch);
}

class CardSketch implements Sketch {
  readonly type: string;
  readonly #row: CardRow;
  readonly #text: Text;

  constructor(row: CardRow, text: Text) {
    this.type = row.type;
    this.#row = row;
    this.#text = text;
  }

  get id(): string {
    const [id] = this.#text;
    return id === 0 ? this.#row.recordId : id;
  }

  get recordId(): string {
    return this.#row.recordId;
  }

  get version(): number {
    return this.#row.version;
  }

  get sequence(): bigint {
    return this.#row.sequence;
  }

  get lastUpdated(): Date {
    return this.#row.lastUpdated;
  }

  get subjectId(): string | undefined {
    return this.#row.subjectId;
  }

  get labels(): readonly string[] {
    const [, labels] = this.#text;
    return labels === 0 ? NO_LABELS : labels;
  }

  valuesOf(parameter: string): readonly SearchValue[] {
    const [, , references, referred, dates] = this.#text;
    const values: SearchValue[] = [];
    for (let at = 0; at < referred.length; at += 2) {
      if (referred[at] !== parameter) continue;
      const reference = references[referred[at + 1] as number];
      values.push({ parameter, kind: "reference", reference, type: undefined, identifier: undefined });
    }
    for (let at = 0; at < dates.length; at += 3) {
      if (dates[at] !== parameter) continue;
      const [from, to] = [dates[at + 1] as number | null, dates[at + 2] as number | null];
      values.push({ parameter, kind: "date", from: from ?? -Infinity, to: to ?? Infinity });
    }
    return values;
  }
}

function uuidOf(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
