/**
 * A data key in memory and what is drawn from it, each at its first use: the key of short texts, and the tags of a
 * patient in the ledger. Dropping it drops all.
 */
import { hkdfSync, type KeyObject } from "node:crypto";
import { encodeFields } from "./canonical-fields.ts";
import type { CompartmentId, SubjectTags } from "./contract.ts";
import { createMac, type Mac } from "./mac.ts";
import { shortTextKey } from "./short-texts.ts";
import { tagOf } from "./tokens.ts";

export class DataKey {
  readonly compartment: CompartmentId;
  readonly dek: KeyObject;
  /** Of destructions, when it was read. */
  readonly count: number;
  readonly #tenant: string;
  #shortTexts: KeyObject | undefined;
  #tags: SubjectTags | undefined;

  constructor(tenant: string, compartment: CompartmentId, dek: KeyObject, count: number) {
    this.#tenant = tenant;
    this.compartment = compartment;
    this.dek = dek;
    this.count = count;
  }

  get shortTexts(): KeyObject {
    return (this.#shortTexts ??= shortTextKey(this.#tenant, this.compartment, this.dek));
  }

  get tags(): SubjectTags {
    return (this.#tags ??= makeTags(this.#tenant, this.compartment, this.dek));
  }
}

export function makeTags(tenant: string, compartment: CompartmentId, dek: KeyObject | Uint8Array): SubjectTags {
  const bytes = Buffer.from(
    hkdfSync("sha256", dek, "", encodeFields("ward v1", "ledger tags", tenant, compartment), 32),
  );
  const mac = createMac(bytes);
  bytes.fill(0);
  return new Tags(mac, tagOf(mac, "subject", compartment));
}

class Tags implements SubjectTags {
  readonly subject: string;
  readonly #mac: Mac;

  constructor(mac: Mac, subject: string) {
    this.#mac = mac;
    this.subject = subject;
  }

  record(reference: string): string {
    return tagOf(this.#mac, "record", reference);
  }
}
