/**
 * What the conditions of conditional writes match, so that it stays true until the transaction ends.
 *
 * INVARIANT: two writes that could match each other's resource never run at the same time: both lock the blind indexes
 * of their criteria and of their resource's identifiers until commit.
 */
import type { RecordWriter } from "@ward/access";
import { WardError, type Sql, type Transaction } from "@ward/core";
import type { Condition, ConditionMatch, OpenRecord } from "./contract.ts";

export async function matchConditions(
  { sql, tx }: RecordWriter,
  conditions: readonly Condition[],
): Promise<readonly ConditionMatch[]> {
  if (conditions.length === 0) return [];
  // Mostly the resource is there, and then nobody needs to wait for anybody.
  const known = await findMatches(sql, conditions);
  if (known.every((match) => typeof match === "object")) return known;
  await lockTokens(
    tx,
    conditions.flatMap(({ locks }) => locks),
  );
  // A statement sees what committed before it began, so the look that counts is one after the lock.
  return await findMatches(tx, conditions);
}

async function findMatches(sql: Sql, conditions: readonly Condition[]): Promise<readonly ConditionMatch[]> {
  const found: ConditionMatch[] = [];
  const first = new Map<string, number>();
  for (const [place, condition] of conditions.entries()) {
    const { canonical } = condition;
    const earlier = first.get(canonical);
    const [hit, second]: readonly OpenRecord[] = earlier === undefined ? await condition.find(sql) : [];
    if (second) throw new WardError("multiple-matches", { type: second.type, entry: place });
    if (earlier === undefined) first.set(canonical, place);
    found.push(hit ?? (earlier === undefined ? undefined : (found[earlier] ?? earlier)));
  }
  return found;
}

/** Serialises writers of the same criteria until the transaction ends. Sorted: two batches lock in the same order. */
async function lockTokens(tx: Transaction, tokens: Iterable<bigint>): Promise<void> {
  const sorted = [...new Set(tokens)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  if (sorted.length === 0) return;
  await tx.query("select pg_advisory_xact_lock(k) from unnest($1::bigint[]) as k", [BigInt64Array.from(sorted)]);
}
