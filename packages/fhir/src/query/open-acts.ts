/**
 * A search's acts at the door, one for each type that it reads, all open before the first row is asked for: what a
 * search of its own would be refused, a chain, an include or a compartment is refused too (45 CFR 164.312(a)(1)). Each
 * is recorded with the records of its type that the answer discloses.
 */
import { WardError } from "@ward/core";
import type { Act, Acts, RecordReader, Touched } from "@ward/access";

export interface WantedAct {
  readonly act: Act;
  /** Where it is refused the type is left out; otherwise the search fails with the refusal. */
  readonly isOptional: boolean;
}

export interface Disclosure<T> {
  readonly value: T;
  /** What the answer discloses of a type. */
  readonly touched: (type: string) => readonly Touched[];
}

/** `use` gets the readers by type, and the types that were refused. */
export async function openActs<T>(
  acts: Acts,
  wanted: readonly WantedAct[],
  use: (readers: ReadonlyMap<string, RecordReader>, refused: readonly string[]) => Promise<Disclosure<T>>,
): Promise<Disclosure<T>> {
  const readers = new Map<string, RecordReader>();
  const refused: string[] = [];
  if (wanted.length === 0) return await use(readers, refused);
  const open = async (at: number): Promise<Disclosure<T>> => {
    const next = wanted[at];
    if (!next) return await use(readers, refused);
    const type = next.act.resourceType;
    let isOpen = false;
    let disclosure: Disclosure<T> | undefined;
    try {
      await acts.read(next.act, async (reader) => {
        isOpen = true;
        readers.set(type, reader);
        disclosure = await open(at + 1);
        return { value: undefined, touched: disclosure.touched(type) };
      });
    } catch (thrown) {
      const isRefused = !isOpen && thrown instanceof WardError && thrown.code === "access-denied";
      if (!isRefused || !next.isOptional) throw thrown;
      refused.push(type);
      return await open(at + 1);
    }
    return disclosure as unknown as Disclosure<T>;
  };
  return await open(0);
}
