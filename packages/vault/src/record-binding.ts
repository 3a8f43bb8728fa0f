/**
 * What a record's ciphertext is bound to, as bytes: `record`, tenant, compartment, use, type, id, version
 * (`canonical-fields.ts`). Records come many to a compartment and type, whose part is written once.
 */
import { encodeFields, fieldMaxBytes, writeField } from "./canonical-fields.ts";
import type { CompartmentId, SealContext } from "./contract.ts";
import { Scratch } from "./scratch.ts";

const BINDING_BYTES = 1_024;

export class RecordBinding {
  readonly #tenant: string;
  readonly #scratch = new Scratch(BINDING_BYTES);
  #compartment: CompartmentId | undefined;
  #use = "";
  #type = "";
  /** Where the part ends that compartment, use and type make. */
  #end = 0;

  constructor(tenant: string) {
    this.#tenant = tenant;
  }

  /** Good until the next call: it lies in the same bytes. */
  of(compartment: CompartmentId, { use, type, id, version }: SealContext): Buffer {
    if (compartment !== this.#compartment || use !== this.#use || type !== this.#type) {
      this.#begin(compartment, use, type);
    }
    const number = String(version);
    if (this.#end + fieldMaxBytes(id) + fieldMaxBytes(number) > BINDING_BYTES) {
      return encodeFields("record", this.#tenant, compartment, use, type, id, number);
    }
    const { bytes } = this.#scratch;
    return this.#scratch.upTo(writeField(bytes, writeField(bytes, this.#end, id), number));
  }

  #begin(compartment: CompartmentId, use: string, type: string): void {
    this.#compartment = undefined;
    const start = encodeFields("record", this.#tenant, compartment, use, type);
    this.#end = start.length;
    if (start.copy(this.#scratch.bytes) < start.length) return;
    this.#compartment = compartment;
    this.#use = use;
    this.#type = type;
  }
}
