/**
 * Tags by which the ledger's entries name a patient and the patient's records. They are MACs under a key that HKDF
 * (RFC 5869) draws from the patient's data key, so that destroying the one key ends both: afterwards nobody can find the
 * entries from the patient's id, nor confirm a guess, while the entries themselves stay as they were signed (GDPR Art. 17).
 *
 * INVARIANT: a tag key is held in memory no longer than a data key (`DEK_CACHE_TTL_MS`), but for a key that this node
 * made and that is not committed yet: an entry about the new patient may be written on another connection, which can't
 * see it. A key whose transaction rolled back tags a patient who never was; nobody can ask for them.
 */
import { hkdfSync, type KeyObject } from "node:crypto";
import { asWardError, type Clock, type Database } from "@ward/core";
import { encodeFields } from "./canonical-fields.ts";
import type { CompartmentId, SubjectTags } from "./contract.ts";
import { type DataKeyWatcher, DEK_CACHE_TTL_MS, readDek } from "./data-keys.ts";
import { createMac } from "./mac.ts";
import type { TenantKeys } from "./tenant-keys.ts";
import { tagOf } from "./tokens.ts";

export interface SubjectTagKeys extends DataKeyWatcher {
  tagsOf(subjectId: string): Promise<SubjectTags | undefined>;
}

const KNOWN_MAX = 20_000;
/** Longer than any transaction: one that rolled back is not told of. */
const UNCOMMITTED_MS = 3_600_000;
const PATIENT = "Patient/";

interface Known {
  readonly tags: SubjectTags;
  readonly since: number;
}

export function openSubjectTags(database: Database, keys: TenantKeys, clock: Clock): SubjectTagKeys {
  const committed = new Map<CompartmentId, Known>();
  const uncommitted = new Map<CompartmentId, Known>();
  // Counts destructions: a key read before one committed must not be known after it.
  let destructions = 0;

  return {
    made(tx, compartment, dek) {
      if (!compartment.startsWith(PATIENT)) return;
      keep(uncommitted, compartment, makeTags(keys.tenant, compartment, dek), UNCOMMITTED_MS);
      tx.onCommit(() => settle(compartment));
    },

    read(compartment, dek) {
      if (!compartment.startsWith(PATIENT)) return;
      uncommitted.delete(compartment);
      if (find(committed, compartment, DEK_CACHE_TTL_MS) !== undefined) return;
      keep(committed, compartment, makeTags(keys.tenant, compartment, dek), DEK_CACHE_TTL_MS);
    },

    forget(compartment) {
      destructions++;
      committed.delete(compartment);
      uncommitted.delete(compartment);
    },

    async tagsOf(subjectId) {
      const compartment: CompartmentId = `Patient/${subjectId}`;
      const known = find(committed, compartment, DEK_CACHE_TTL_MS) ?? find(uncommitted, compartment, UNCOMMITTED_MS);
      return known ?? (await load(compartment));
    },
  };

  async function load(compartment: CompartmentId): Promise<SubjectTags | undefined> {
    const seen = destructions;
    try {
      const key = await readDek(database, keys, compartment);
      const tags = makeTags(keys.tenant, compartment, key);
      if (seen === destructions) keep(committed, compartment, tags, DEK_CACHE_TTL_MS);
      return tags;
    } catch (error) {
      const { reason } = asWardError(error).detail;
      if (reason === "no-data-key" || reason === "data-key-destroyed") return undefined;
      throw error;
    }
  }

  function settle(compartment: CompartmentId): void {
    const tags = find(uncommitted, compartment, UNCOMMITTED_MS);
    uncommitted.delete(compartment);
    if (tags !== undefined) keep(committed, compartment, tags, DEK_CACHE_TTL_MS);
  }

  function find(known: Map<CompartmentId, Known>, compartment: CompartmentId, lifeMs: number): SubjectTags | undefined {
    const found = known.get(compartment);
    const age = found === undefined ? -1 : clock.now().getTime() - found.since;
    if (age >= 0 && age < lifeMs) return found?.tags;
    known.delete(compartment);
    return undefined;
  }

  /** Oldest first, so what has outlived its time goes as soon as something else comes. */
  function keep(known: Map<CompartmentId, Known>, compartment: CompartmentId, tags: SubjectTags, lifeMs: number): void {
    const now = clock.now().getTime();
    known.delete(compartment);
    known.set(compartment, { tags, since: now });
    for (const [other, { since }] of known) {
      if (known.size <= KNOWN_MAX && now - since < lifeMs) return;
      known.delete(other);
    }
  }
}

function makeTags(tenant: string, compartment: CompartmentId, dek: KeyObject | Uint8Array): SubjectTags {
  const bytes = Buffer.from(
    hkdfSync("sha256", dek, "", encodeFields("ward v1", "ledger tags", tenant, compartment), 32),
  );
  const mac = createMac(bytes);
  bytes.fill(0);
  return { subject: tagOf(mac, "subject", compartment), record: (reference) => tagOf(mac, "record", reference) };
}
