/**
 * The acts of a call's entries at the door, each opened inside the one before: every entry is authorized before the
 * first reads or writes, and a failure passes through the writes' acts on its way out, after which the door lets nothing
 * of the transaction commit (45 CFR 164.312(b)).
 */
import { assert, type AuditAction } from "@ward/core";
import type { Act, ActOutcome, Acts, RecordReader, RecordWriter, Touched } from "@ward/access";

/** Entries that ask the door the very same question share its answer; each record still leaves an entry of its own. */
export interface WantedAct {
  readonly key: string;
  readonly kind: "read" | "write";
  readonly act: Act;
}

export interface OpenedActs {
  reader(key: string): RecordReader;
  /** Of the first write. */
  readonly writer: RecordWriter | undefined;
  /** Says what an act touched, before `use` returns. */
  touch(key: string, touched: readonly Touched[]): void;
}

/** One act and what is known of it while it is open. */
interface Slot {
  readonly kind: WantedAct["kind"];
  readonly act: Act;
  reader: RecordReader | undefined;
  touched: Touched[] | undefined;
}

/** `wanted`: by entry. Answers what `use` answers, once all acts are recorded. */
export function openEntries<T>(
  acts: Acts,
  wanted: readonly (readonly WantedAct[])[],
  use: (opened: OpenedActs) => Promise<T>,
): Promise<T> {
  const slots = new Slots();
  for (const ofEntry of wanted) {
    for (const { key, kind, act } of ofEntry) {
      if (!slots.byKey.has(key)) slots.byKey.set(key, { kind, act, reader: undefined, touched: undefined });
    }
  }
  return openNext(acts, slots.byKey.values(), slots, use);
}

function openNext<T>(
  acts: Acts,
  rest: Iterator<Slot, undefined>,
  slots: Slots,
  use: (opened: OpenedActs) => Promise<T>,
): Promise<T> {
  const slot = rest.next().value;
  if (slot === undefined) return use(slots);
  const inside = async (lent: RecordReader): Promise<ActOutcome<T>> => {
    slot.reader = lent;
    const value = await openNext(acts, rest, slots, use);
    return { value, touched: slot.touched ?? [] };
  };
  if (slot.kind === "read") return acts.read(slot.act, inside);
  return acts.write(slot.act, (lent) => {
    slots.writer ??= lent;
    return inside(lent);
  });
}

class Slots implements OpenedActs {
  readonly byKey = new Map<string, Slot>();
  writer: RecordWriter | undefined;

  reader(key: string): RecordReader {
    const reader = this.byKey.get(key)?.reader;
    assert(reader, "an entry uses the acts that were opened for it");
    return reader;
  }

  touch(key: string, records: readonly Touched[]): void {
    const slot = this.byKey.get(key);
    assert(slot, "an entry touches records in the acts that were opened for it");
    if (slot.touched === undefined) slot.touched = [...records];
    else slot.touched.push(...records);
  }
}

/** The act of a search that finds what conditions and conditional references are about. */
export function searchAct(type: string): WantedAct {
  return { key: `search ${type}`, kind: "read", act: { action: "fhir.search", resourceType: type } };
}

export function readAct(action: AuditAction, resourceType: string, index: number, resourceId?: string): WantedAct {
  const act = resourceId === undefined ? { action, resourceType } : { action, resourceType, resourceId };
  return { key: `${index}`, kind: "read", act };
}
