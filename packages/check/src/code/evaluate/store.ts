/** Places that code can change. Each store knows when it was made: what a branch made itself, it need not take back. */
import type { Slot } from "./value.ts";

/** Only an order in time; it starts anywhere and never comes back. */
let made = 0;

/** Stores that are made from here on are younger. */
export function now(): number {
  return ++made;
}

export class Store extends Map<string, Slot> {
  readonly born = ++made;
}

export function storeOf(entries: Iterable<readonly [string, Slot]>): Store {
  const store = new Store();
  for (const [key, slot] of entries) store.set(key, slot);
  return store;
}
