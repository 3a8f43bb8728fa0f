/**
 * Cards opened (`card.ts`): all of a compartment at once, and of each only what is asked for is looked at. What many of
 * them have in common is read once, and told by the same objects.
 */
import type { CompartmentId, CompartmentKeys } from "@ward/vault";
import type { DateValue, ReferenceValue, SearchValue } from "../extraction/search-value.ts";
import { patientNamed, type FirstLine } from "./card.ts";
import { compartmentId } from "./compartment.ts";
import type { RecordRow, Sketch } from "./contract.ts";
import { BOUND_BYTES, unpackRows, type PackedRow } from "./packed-rows.ts";

/** Rows of one type with their cards, or without any. Throws `decryption-failed`. */
export async function openCards(
  loadKeys: (compartments: ReadonlySet<CompartmentId>) => CompartmentKeys | Promise<CompartmentKeys>,
  type: string,
  packed: Buffer,
): Promise<(CardSketch | PackedRow)[]> {
  const rows = unpackRows(packed, type);
  const groups = groupsOf(type, rows);
  const keys = await loadKeys(new Set(groups.map(({ compartment }) => compartment)));
  const boundEnd = Buffer.from(type);
  const sketches: (CardSketch | PackedRow)[] = rows;
  for (const { compartment, subjectId, places } of groups) {
    const owner = { subjectId, keys, lines: new Map<string, Common>() };
    const cards = places.map((place) => {
      const { at, bodyAt, bodyBytes } = rows[place] as PackedRow;
      return { boundAt: at, boundBytes: BOUND_BYTES, sealedAt: bodyAt, sealedBytes: bodyBytes };
    });
    const texts = keys.openShort(compartment, { bytes: packed, boundEnd, places: cards });
    for (let at = 0; at < places.length; at++) {
      const place = places[at] as number;
      sketches[place] = readCard(rows[place] as PackedRow, owner, texts[at] as string);
    }
  }
  return sketches;
}

interface Group {
  readonly compartment: CompartmentId;
  readonly subjectId: string | undefined;
  readonly first: PackedRow;
  /** Of its rows among all. */
  readonly places: number[];
}

/** Rows with a card, by whose they are: mostly all of one patient. */
function groupsOf(type: string, rows: readonly PackedRow[]): readonly Group[] {
  const groups = new Map<CompartmentId, Group>();
  let group: Group | undefined;
  for (let place = 0; place < rows.length; place++) {
    const row = rows[place] as PackedRow;
    if (row.bodyBytes === 0) continue;
    if (group === undefined || !row.isOfSameSubject(group.first)) {
      const subjectId = row.subject_id ?? undefined;
      const compartment = compartmentId(type, subjectId);
      group = groups.get(compartment) ?? { compartment, subjectId, first: row, places: [] };
      groups.set(compartment, group);
    }
    group.places.push(place);
  }
  return [...groups.values()];
}

/** Whose the records are, what opens them, and what their first lines say. */
interface Owner {
  readonly subjectId: string | undefined;
  readonly keys: CompartmentKeys;
  readonly lines: Map<string, Common>;
}

/** What a first line says. */
interface Common {
  readonly labels: readonly string[];
  readonly references: ReadonlyMap<string, readonly ReferenceValue[]>;
  readonly dates: readonly string[];
}

/** Cards of one line have all in it, as they were before: the dates by name with both ends, null where they are open. */
type OnlyLine = readonly [
  id: string | 0,
  labels: readonly string[] | 0,
  references: readonly string[],
  referred: readonly (string | number)[],
  dates: readonly (string | number | null)[],
];

const NOTHING: readonly never[] = [];

function readCard(row: PackedRow, owner: Owner, text: string): CardSketch {
  const end = text.indexOf("\n");
  if (end < 0) return readOnlyLine(row, owner, JSON.parse(text) as OnlyLine);
  const line = text.slice(0, end);
  let common = owner.lines.get(line);
  if (common === undefined) {
    common = commonOf(owner, JSON.parse(line) as FirstLine);
    owner.lines.set(line, common);
  }
  const idAt = text.indexOf("\n", end + 1);
  const times = idAt < 0 ? text.slice(end + 1) : text.slice(end + 1, idAt);
  return new CardSketch(row, owner, common, times, idAt < 0 ? undefined : text.slice(idAt + 1));
}

function readOnlyLine(row: PackedRow, owner: Owner, line: OnlyLine): CardSketch {
  const [id, labels, references, referred, dates] = line;
  const names = dates.filter((_, at) => at % 3 === 0) as string[];
  const times = names.map((_, at) => {
    const [from, to] = [dates[3 * at + 1] as number | null, dates[3 * at + 2] as number | null];
    return `${from ?? ""} ${to === null ? "" : to - (from ?? 0)}`;
  });
  const byReference = references.map((reference, place): [string, ...string[]] => [
    reference,
    ...(referred.filter((_, at) => referred[at + 1] === place) as string[]),
  ]);
  const common = commonOf(owner, [labels, byReference, names]);
  return new CardSketch(row, owner, common, times.join(" "), id === 0 ? undefined : id);
}

function commonOf({ subjectId }: Owner, [labels, references, dates]: FirstLine): Common {
  const byName = new Map<string, ReferenceValue[]>();
  for (const [written, ...parameters] of references) {
    const reference = written === "" ? patientNamed(subjectId) : written;
    for (const parameter of parameters) {
      const value: ReferenceValue = { parameter, kind: "reference", reference, type: undefined, identifier: undefined };
      const others = byName.get(parameter);
      if (others === undefined) byName.set(parameter, [value]);
      else others.push(value);
    }
  }
  return { labels: labels === 0 ? NOTHING : labels, references: byName, dates };
}

export class CardSketch implements Sketch {
  readonly type: string;
  readonly subjectId: string | undefined;
  readonly labels: readonly string[];
  /** That opened the card, and open the record. */
  readonly keys: CompartmentKeys;
  readonly #row: PackedRow;
  readonly #common: Common;
  readonly #times: string;
  readonly #logicalId: string | undefined;
  #recordId: string | undefined;

  constructor(row: PackedRow, owner: Owner, common: Common, times: string, logicalId: string | undefined) {
    this.type = row.type;
    this.subjectId = owner.subjectId;
    this.labels = common.labels;
    this.keys = owner.keys;
    this.#row = row;
    this.#common = common;
    this.#times = times;
    this.#logicalId = logicalId;
  }

  get id(): string {
    return this.#logicalId ?? this.recordId;
  }

  get recordId(): string {
    return (this.#recordId ??= this.#row.id);
  }

  get version(): number {
    return this.#row.version;
  }

  get sequence(): bigint {
    return this.#row.sequence;
  }

  get lastUpdated(): Date {
    return this.#row.last_updated;
  }

  valuesOf(parameter: string): readonly SearchValue[] {
    const { references, dates } = this.#common;
    const referred = references.get(parameter);
    if (referred !== undefined) return referred;
    if (!dates.includes(parameter)) return NOTHING;
    const times = this.#times;
    const values: SearchValue[] = [];
    let at = 0;
    for (const name of dates) {
      const middle = times.indexOf(" ", at);
      const next = times.indexOf(" ", middle + 1);
      const end = next < 0 ? times.length : next;
      if (name === parameter) {
        const value = dateOf(parameter, times.slice(at, middle), times.slice(middle + 1, end));
        if (dates.length === 1) return [value];
        values.push(value);
      }
      at = end + 1;
    }
    return values;
  }
}

function dateOf(parameter: string, begin: string, length: string): DateValue {
  const from = begin === "" ? -Infinity : Number(begin);
  const to = length === "" ? Infinity : Number(length) + (begin === "" ? 0 : from);
  return { parameter, kind: "date", from, to };
}

/** The row of a sketch, with the body that was fetched for it. */
export class SketchedRow implements RecordRow {
  readonly type: string;
  readonly id: string;
  readonly subject_id: string | null;
  readonly deleted = false;
  readonly body: Buffer;
  readonly #sketch: CardSketch;

  constructor(sketch: CardSketch, body: Buffer) {
    this.type = sketch.type;
    this.id = sketch.recordId;
    this.subject_id = sketch.subjectId ?? null;
    this.body = body;
    this.#sketch = sketch;
  }

  get version(): number {
    return this.#sketch.version;
  }

  get sequence(): bigint {
    return this.#sketch.sequence;
  }

  get last_updated(): Date {
    return this.#sketch.lastUpdated;
  }
}
