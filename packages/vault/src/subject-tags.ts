/**
 * Tags by which the ledger's entries name a patient and the patient's records. They are MACs under a key that HKDF
 * (RFC 5869) draws from the patient's data key, so that destroying the one key ends both: afterwards nobody can find the
 * entries from the patient's id, nor confirm a guess, while the entries themselves stay as they were signed (GDPR Art. 17).
 *
 * INVARIANT: tags are in memory with their data key and go with it, but for those of a key that this node made and that
 * is not committed yet: an entry about the new patient may be written on another connection, which can't see it. A key
 * whose transaction rolled back tags a patient who never was; whatever the database says of a key comes first.
 */
import { asWardError, type Clock, type Database, type Sql, type Transaction } from "@ward/core";
import type { CompartmentId, SubjectTags } from "./contract.ts";
import { makeTags } from "./data-key.ts";
import type { DataKeys } from "./data-keys.ts";

export interface UncommittedTags {
  made(tx: Transaction, compartment: CompartmentId, dek: Uint8Array): void;
  find(compartment: CompartmentId): SubjectTags | undefined;
}

const UNCOMMITTED_MAX = 20_000;
/** Longer than any transaction: one that rolled back is not told of. */
const UNCOMMITTED_MS = 3_600_000;
const PATIENT = "Patient/";

export function keepUncommittedTags(tenant: string, clock: Clock): UncommittedTags {
  const known = new Map<CompartmentId, { readonly tags: SubjectTags; readonly since: number }>();
  const isOld = (since: number): boolean => Math.abs(clock.now().getTime() - since) >= UNCOMMITTED_MS;
  return {
    made(tx, compartment, dek) {
      if (!compartment.startsWith(PATIENT)) return;
      known.delete(compartment);
      known.set(compartment, { tags: makeTags(tenant, compartment, dek), since: clock.now().getTime() });
      tx.onCommit(() => known.delete(compartment));
      // Oldest first, so what has outlived its time goes as soon as something else comes.
      for (const [oldest, { since }] of known) {
        if (known.size <= UNCOMMITTED_MAX && !isOld(since)) return;
        known.delete(oldest);
      }
    },
    find(compartment) {
      const found = known.get(compartment);
      return found === undefined || isOld(found.since) ? undefined : found.tags;
    },
  };
}

/** At once where the patient's key is in memory. */
export function subjectTagsFrom(
  database: Pick<Database, "read">,
  keys: Pick<DataKeys, "recall" | "find">,
  uncommitted: UncommittedTags,
): (subjectId: string) => SubjectTags | undefined | Promise<SubjectTags | undefined> {
  const sql: Sql = { query: async (text, values) => await database.read(text, values) };
  return (subjectId) => {
    const compartment: CompartmentId = `${PATIENT}${subjectId}`;
    return keys.recall(compartment)?.tags ?? load(compartment);
  };

  async function load(compartment: CompartmentId): Promise<SubjectTags | undefined> {
    // Looked up first: it may be committed between the database's answer and ours.
    const early = uncommitted.find(compartment);
    try {
      return (await keys.find(sql, compartment)).tags;
    } catch (error) {
      const { reason } = asWardError(error).detail;
      if (reason === "no-data-key") return early;
      if (reason === "data-key-destroyed") return undefined;
      throw error;
    }
  }
}
