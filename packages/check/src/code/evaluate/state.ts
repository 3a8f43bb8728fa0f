/**
 * What changes while code is evaluated, so that branches can be tried one after the other and joined: every write to a
 * store goes through here. After `fork`, each place holds what it may hold after any of the branches.
 */
import type { Spot } from "../../source/source-text.ts";
import { joinSlots } from "./join.ts";
import { now, OwnPlaces } from "./store.ts";
import type { Slot, Store } from "./value.ts";

/** What places held before, of stores that are older than the journal. */
class Journal extends Map<Store, Map<string, Slot | undefined>> {
  readonly begun = now();
}

export class State {
  #journal = new Journal();

  read(store: Store, key: string): Slot | undefined {
    return store.get(key);
  }

  write(store: Store, key: string, slot: Slot | undefined): void {
    if (store.born > this.#journal.begun) return put(store, key, slot);
    let places = this.#journal.get(store);
    if (!places) this.#journal.set(store, (places = new Map()));
    if (!places.has(key)) places.set(key, store.get(key));
    put(store, key, slot);
  }

  /** What the place may hold besides what it holds already. */
  writeMaybe(store: Store, key: string, slot: Slot, spot: Spot): void {
    this.write(store, key, joinSlots(store.get(key), slot, spot));
  }

  /**
   * Runs each branch from the same state. `isGone` says that nothing follows a branch in this frame: its writes to the
   * frame's own variables are dropped, while those that others can see are kept as possible.
   */
  fork<Result>(
    branches: readonly (() => Result)[],
    isGone: (result: Result) => boolean,
    frame: number,
    spot: Spot,
  ): readonly Result[] {
    const outer = this.#journal;
    const results: Result[] = [];
    const ends: { readonly after: Journal; readonly isGone: boolean }[] = [];
    for (const run of branches) {
      const journal = new Journal();
      this.#journal = journal;
      const result = run();
      results.push(result);
      ends.push({ after: undo(journal), isGone: isGone(result) });
    }
    this.#journal = outer;
    const touched = new Map<Store, Set<string>>();
    for (const { after } of ends) {
      for (const [store, places] of after) {
        const keys = touched.get(store) ?? new Set();
        for (const key of places.keys()) keys.add(key);
        touched.set(store, keys);
      }
    }
    for (const [store, keys] of touched) {
      const own = store instanceof OwnPlaces && store.frame === frame;
      const seen = ends.filter((end) => !(own && end.isGone));
      if (seen.length === 0) continue;
      for (const key of keys) {
        const slots = seen.map(({ after }) => {
          const places = after.get(store);
          return places?.has(key) === true ? places.get(key) : store.get(key);
        });
        this.write(store, key, joinAll(slots, spot));
      }
    }
    return results;
  }

  /** Runs something whose writes no branch takes back. */
  apart(run: () => void): void {
    const outer = this.#journal;
    this.#journal = new Journal();
    run();
    this.#journal = outer;
  }

  /** Runs something and answers the places that it wrote, with what they held before. */
  watch<Result>(run: () => Result): { readonly result: Result; readonly before: Journal } {
    const outer = this.#journal;
    const journal = new Journal();
    this.#journal = journal;
    const result = run();
    this.#journal = outer;
    for (const [store, places] of journal) {
      if (store.born > outer.begun) continue;
      let known = outer.get(store);
      if (!known) outer.set(store, (known = new Map()));
      for (const [key, slot] of places) if (!known.has(key)) known.set(key, slot);
    }
    return { result, before: journal };
  }
}

/** Takes the writes back, and answers what they were. */
function undo(journal: Journal): Journal {
  const after = new Journal();
  for (const [store, places] of journal) {
    const written = new Map<string, Slot | undefined>();
    for (const [key, before] of places) {
      written.set(key, store.get(key));
      put(store, key, before);
    }
    after.set(store, written);
  }
  return after;
}

function put(store: Store, key: string, slot: Slot | undefined): void {
  if (slot === undefined) store.delete(key);
  else store.set(key, slot);
}

function joinAll(slots: readonly (Slot | undefined)[], spot: Spot): Slot | undefined {
  let joined = slots[0];
  for (const slot of slots.slice(1)) {
    if (joined !== undefined || slot !== undefined) joined = joinSlots(joined, slot, spot);
  }
  return joined;
}
