/**
 * The acts of a call's entries at the door, each opened inside the one before: every entry is authorized before the
 * first reads or writes, and a failure passes through the writes' acts on its way out, after which the door lets nothing
 * of the transaction commit (45 CFR 164.312(b)).
 */
import { assert, type AuditAction } from "@ward/core";
import type { Act, Acts, RecordReader, RecordWriter, Touched } from "@ward/access";

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

export async function openEntries(
  acts: Acts,
  wanted: readonly WantedAct[],
  use: (opened: OpenedActs) => Promise<void>,
): Promise<void> {
  const distinct = [...new Map(wanted.map((each) => [each.key, each])).values()];
  const readers = new Map<string, RecordReader>();
  const touched = new Map<string, Touched[]>();
  let writer: RecordWriter | undefined;

  const open = async (at: number): Promise<void> => {
    const next = distinct[at];
    if (!next) {
      return await use({
        writer,
        reader(key) {
          const reader = readers.get(key);
          assert(reader, "an entry uses the acts that were opened for it");
          return reader;
        },
        touch(key, records) {
          const list = touched.get(key);
          if (list) list.push(...records);
          else touched.set(key, [...records]);
        },
      });
    }
    const { key, kind, act } = next;
    const inside = async (lent: RecordReader): Promise<{ value: undefined; touched: readonly Touched[] }> => {
      readers.set(key, lent);
      await open(at + 1);
      return { value: undefined, touched: touched.get(key) ?? [] };
    };
    if (kind === "read") return await acts.read(act, inside);
    await acts.write(act, async (lent) => {
      writer ??= lent;
      return await inside(lent);
    });
  };
  await open(0);
}

/** The act of a search that finds what conditions and conditional references are about. */
export function searchAct(type: string): WantedAct {
  return { key: `search ${type}`, kind: "read", act: { action: "fhir.search", resourceType: type } };
}

export function readAct(action: AuditAction, resourceType: string, index: number, resourceId?: string): WantedAct {
  const act = { action, resourceType, ...(resourceId === undefined ? {} : { resourceId }) };
  return { key: `${index}`, kind: "read", act };
}
