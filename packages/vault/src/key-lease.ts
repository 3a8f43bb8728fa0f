/**
 * How long keys that were read stay good (decision 0065). Each transaction that destroys a key raises one number in the
 * database as it commits. Who finds the number unchanged knows that no key was destroyed since, of whatever compartment,
 * and so may use what was read for a while longer. Nothing runs by itself: who uses a key while the lease is no longer
 * fresh has it renewed behind them.
 *
 * INVARIANT: a lease counts from before its question was sent, so every destruction that was committed by then is in the
 * answer. Whatever fails (a lost connection, a server that hangs, a clock set back) lets the lease run out, and then each
 * use asks the database itself.
 */
import { WardError, type Clock, type Database } from "@ward/core";

/** For so long after a destruction's commit its key may at most be used on another node. */
export const KEY_LEASE_MS = 5_000;
/** So long, and the time of one question, on a node that is in use and reaches the database. */
export const KEY_LEASE_RENEWED_AFTER_MS = 250;

export interface KeyLease {
  /** Of destructions, when this lease began. What was read at a lower count MUST NOT be used without asking. */
  readonly count: number;
  /** Whether what was read at `count` or a higher one may be used without asking. */
  holds(): boolean;
}

/** An SQL expression, for statements that read keys: of the same moment as what the statement reads. */
export const DESTRUCTIONS = "(select count::float8 from vault.key_destruction)";

/** `dropBefore`: what was read at a lower count than it is told may be gone, and need not be kept. */
export async function openKeyLease(
  database: Pick<Database, "read">,
  clock: Clock,
  dropBefore: (count: number) => void,
): Promise<KeyLease> {
  let count = 0;
  let since = Number.NEGATIVE_INFINITY;
  let asked = clock.now().getTime();
  let questions = 0;
  let answered = 0;
  await ask(asked);

  return {
    get count() {
      return count;
    },
    holds() {
      const now = clock.now().getTime();
      const age = now - since;
      if (age < 0 || age >= KEY_LEASE_RENEWED_AFTER_MS) renew(now);
      return age >= 0 && age < KEY_LEASE_MS;
    },
  };

  /** Also where an earlier question has no answer yet: it may never get one. */
  function renew(now: number): void {
    const age = now - asked;
    if (age >= 0 && age < KEY_LEASE_RENEWED_AFTER_MS) return;
    asked = now;
    // Not renewed, it runs out.
    void ask(now).catch(() => undefined);
  }

  async function ask(now: number): Promise<void> {
    const question = (questions += 1);
    const [row] = await database.read<{ count: number | null }>(`select ${DESTRUCTIONS} as count`);
    const told = row?.count;
    if (typeof told !== "number") throw new WardError("key-unavailable", { reason: "destructions-not-counted" });
    // A later question was answered before.
    if (question < answered) return;
    if (told > count) dropBefore(told);
    // An older database was put in this one's place.
    else if (told < count) dropBefore(Number.POSITIVE_INFINITY);
    [count, since, answered] = [told, now, question];
  }
}
