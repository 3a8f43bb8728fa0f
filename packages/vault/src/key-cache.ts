/**
 * Data keys in memory, the least recently used of which go. The few in use stand ready, each with what is drawn from it,
 * which is some kilobytes of objects. All others lie side by side as bytes, so that a node may know the keys of all
 * patients of a region: 150 bytes each, with the compartment's name.
 *
 * INVARIANT: bytes of a key that goes are overwritten.
 */
import { createSecretKey } from "node:crypto";
import type { CompartmentId } from "./contract.ts";
import { DataKey } from "./data-key.ts";

export interface KeyCacheOptions {
  readonly tenant: string;
  readonly keysMax: number;
  readonly readyMax: number;
}

/** Both in two generations, so that a hit costs one look: when the younger is full, the older goes. */
export class KeyCache {
  readonly #options: KeyCacheOptions;
  #ready = new Map<CompartmentId, DataKey>();
  #readyBefore = new Map<CompartmentId, DataKey>();
  #kept = new KeyBytes();
  #keptBefore = new KeyBytes();

  constructor(options: KeyCacheOptions) {
    this.#options = options;
  }

  get(compartment: CompartmentId): DataKey | undefined {
    const ready = this.#ready.get(compartment);
    if (ready !== undefined) return ready;
    const key = this.#readyBefore.get(compartment) ?? this.#wake(compartment);
    if (key !== undefined) this.#makeReady(key);
    return key;
  }

  set(key: DataKey): void {
    this.#keep(key);
    this.#makeReady(key);
  }

  delete(compartment: CompartmentId): void {
    for (const place of [this.#ready, this.#readyBefore, this.#kept, this.#keptBefore]) place.delete(compartment);
  }

  /** Drops what was read when fewer keys had been destroyed. */
  dropBefore(count: number): void {
    for (const generation of [this.#ready, this.#readyBefore]) {
      for (const [compartment, key] of generation) if (key.count < count) generation.delete(compartment);
    }
    this.#kept.dropBefore(count);
    this.#keptBefore.dropBefore(count);
  }

  #wake(compartment: CompartmentId): DataKey | undefined {
    const { tenant } = this.#options;
    const kept = this.#kept.read(tenant, compartment);
    if (kept !== undefined) return kept;
    const old = this.#keptBefore.read(tenant, compartment);
    if (old !== undefined) this.#keep(old);
    return old;
  }

  #keep(key: DataKey): void {
    this.#keptBefore.delete(key.compartment);
    this.#kept.write(key);
    if (this.#kept.used < this.#options.keysMax / 2) return;
    this.#keptBefore.wipe();
    this.#keptBefore = this.#kept;
    this.#kept = new KeyBytes();
  }

  #makeReady(key: DataKey): void {
    this.#readyBefore.delete(key.compartment);
    this.#ready.set(key.compartment, key);
    if (this.#ready.size < this.#options.readyMax / 2) return;
    this.#readyBefore = this.#ready;
    this.#ready = new Map();
  }
}

const KEY_BYTES = 32;
/** A key, and the count of destructions when it was read. */
const PLACE_BYTES = KEY_BYTES + 8;
const FIRST_PLACES = 256;

class KeyBytes {
  readonly #places = new Map<CompartmentId, number>();
  #bytes = Buffer.alloc(FIRST_PLACES * PLACE_BYTES);
  /** Places, also those whose key went: none is used again. */
  used = 0;

  read(tenant: string, compartment: CompartmentId): DataKey | undefined {
    const place = this.#places.get(compartment);
    if (place === undefined) return undefined;
    const at = place * PLACE_BYTES;
    const dek = createSecretKey(this.#bytes.subarray(at, at + KEY_BYTES));
    return new DataKey(tenant, compartment, dek, this.#countAt(place));
  }

  write({ compartment, dek, count }: DataKey): void {
    this.delete(compartment);
    if ((this.used + 1) * PLACE_BYTES > this.#bytes.length) this.#grow();
    const at = this.used * PLACE_BYTES;
    const key = dek.export();
    key.copy(this.#bytes, at);
    key.fill(0);
    this.#bytes.writeDoubleBE(count, at + KEY_BYTES);
    this.#places.set(compartment, this.used);
    this.used++;
  }

  delete(compartment: CompartmentId): void {
    const place = this.#places.get(compartment);
    if (place === undefined) return;
    this.#places.delete(compartment);
    this.#bytes.fill(0, place * PLACE_BYTES, (place + 1) * PLACE_BYTES);
  }

  dropBefore(count: number): void {
    for (const [compartment, place] of this.#places) if (this.#countAt(place) < count) this.delete(compartment);
  }

  wipe(): void {
    this.#places.clear();
    this.#bytes.fill(0);
  }

  #countAt(place: number): number {
    return this.#bytes.readDoubleBE(place * PLACE_BYTES + KEY_BYTES);
  }

  #grow(): void {
    const larger = Buffer.alloc(this.#bytes.length * 2);
    this.#bytes.copy(larger);
    this.#bytes.fill(0);
    this.#bytes = larger;
  }
}
