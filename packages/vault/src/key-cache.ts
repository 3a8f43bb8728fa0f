/** Data keys in memory, the least recently used of which go: two generations, so that a hit costs one look. */
import type { CompartmentId } from "./contract.ts";
import type { DataKey } from "./data-key.ts";

export class KeyCache {
  readonly #generationMax: number;
  #young = new Map<CompartmentId, DataKey>();
  #old = new Map<CompartmentId, DataKey>();

  constructor(entriesMax: number) {
    this.#generationMax = entriesMax / 2;
  }

  get(compartment: CompartmentId): DataKey | undefined {
    const key = this.#young.get(compartment);
    if (key !== undefined) return key;
    const old = this.#old.get(compartment);
    if (old !== undefined) this.set(old);
    return old;
  }

  set(key: DataKey): void {
    this.#old.delete(key.compartment);
    this.#young.set(key.compartment, key);
    if (this.#young.size < this.#generationMax) return;
    this.#old = this.#young;
    this.#young = new Map();
  }

  delete(compartment: CompartmentId): void {
    this.#young.delete(compartment);
    this.#old.delete(compartment);
  }

  /** Drops what was read when fewer keys had been destroyed. */
  dropBefore(count: number): void {
    for (const generation of [this.#young, this.#old]) {
      for (const [compartment, key] of generation) if (key.count < count) generation.delete(compartment);
    }
  }
}
