/**
 * Keys of some compartments, lent for one piece of work, and what is done with them: records and short texts, each bound
 * to where it lies.
 */
import type { KeyObject } from "node:crypto";
import { WardError, type Sql } from "@ward/core";
import type { CompartmentId, CompartmentKeys, SealContext, ShortTexts } from "./contract.ts";
import { DataKey } from "./data-key.ts";
import type { DataKeys, Found } from "./data-keys.ts";
import { openEnvelope, sealEnvelope } from "./envelope.ts";
import type { RecordBinding } from "./record-binding.ts";
import { openShortTexts, sealShortText } from "./short-texts.ts";

/** At once where all are in memory. */
export function loadCompartmentKeys(
  dataKeys: Pick<DataKeys, "recall" | "read">,
  binding: RecordBinding,
  sql: Sql,
  compartments: Iterable<CompartmentId>,
): CompartmentKeys | Promise<CompartmentKeys> {
  const keys = new LoadedKeys(binding);
  let unknown: CompartmentId[] | undefined;
  for (const compartment of compartments) {
    const known = dataKeys.recall(compartment);
    if (known !== undefined) keys.add(compartment, known);
    else (unknown ??= []).push(compartment);
  }
  return unknown === undefined ? keys : addRead(keys, dataKeys, sql, [...new Set(unknown)]);
}

async function addRead(
  keys: LoadedKeys,
  dataKeys: Pick<DataKeys, "read">,
  sql: Sql,
  compartments: readonly CompartmentId[],
): Promise<CompartmentKeys> {
  const found = await dataKeys.read(sql, compartments);
  compartments.forEach((compartment, at) => keys.add(compartment, found[at] as Found));
  return keys;
}

class LoadedKeys implements CompartmentKeys {
  readonly missing: CompartmentId[] = [];
  readonly #binding: RecordBinding;
  /** Most often there is one. */
  #first: CompartmentId | undefined;
  #keyOfFirst: Found | undefined;
  #others: Map<CompartmentId, Found> | undefined;

  constructor(binding: RecordBinding) {
    this.#binding = binding;
  }

  add(compartment: CompartmentId, key: Found): void {
    if (key instanceof WardError && key.detail["reason"] === "no-data-key") this.missing.push(compartment);
    if (this.#first === undefined || this.#first === compartment) {
      this.#first = compartment;
      this.#keyOfFirst = key;
    } else {
      (this.#others ??= new Map()).set(compartment, key);
    }
  }

  seal(compartment: CompartmentId, context: SealContext, plaintext: Uint8Array): Buffer {
    return sealEnvelope(this.#keyOf(compartment).dek, this.#binding.of(compartment, context), plaintext);
  }

  open(compartment: CompartmentId, context: SealContext, sealed: Uint8Array): Buffer {
    return openRecord(this.#keyOf(compartment).dek, this.#binding.of(compartment, context), context, sealed);
  }

  sealShort(compartment: CompartmentId, bound: Uint8Array, text: string): Buffer {
    return sealShortText(this.#keyOf(compartment).shortTexts, bound, text);
  }

  openShort(compartment: CompartmentId, texts: ShortTexts): readonly string[] {
    const opened = openShortTexts(this.#keyOf(compartment).shortTexts, texts);
    if (opened === undefined) throw new WardError("decryption-failed", { use: "short-text" });
    return opened;
  }

  #keyOf(compartment: CompartmentId): DataKey {
    const key = compartment === this.#first ? this.#keyOfFirst : this.#others?.get(compartment);
    if (key instanceof DataKey) return key;
    throw key ?? new WardError("key-unavailable", { reason: "key-not-loaded" });
  }
}

export function openRecord(key: KeyObject, bound: Uint8Array, { use, type }: SealContext, sealed: Uint8Array): Buffer {
  const plaintext = openEnvelope(key, bound, sealed);
  if (plaintext === undefined) throw new WardError("decryption-failed", { use, type });
  return plaintext;
}
