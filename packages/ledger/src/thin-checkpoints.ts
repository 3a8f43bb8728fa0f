/**
 * A busy log signs five checkpoints a second. Of those that are old and lie between two others nothing depends: a later
 * root covers the same entries. Kept are the newest thousand, the last of each minute, and whatever no store has yet.
 */
import type { Clock, Database } from "@ward/core";

const NEWEST = 1_024;
const AT_ONCE = 10_000;
/** A store that heard nothing for so long is no longer used. */
const FORGOTTEN_MS = 30 * 86_400_000;

/** Answers how many went. */
export async function thinCheckpoints({
  database,
  clock,
}: {
  readonly database: Database;
  readonly clock: Clock;
}): Promise<number> {
  const forgotten = new Date(clock.now().getTime() - FORGOTTEN_MS).toISOString();
  return await database.transaction(async (tx) => {
    // Lifts the trigger against accidents, for this transaction.
    await tx.query("select set_config('ledger.thinning', 'on', true)");
    const gone = await tx.query(
      `delete from ledger.checkpoint where size in (
         select size from (
           select size, created_at, lead(created_at) over (order by size) as next,
                  row_number() over (order by size desc) as place
             from ledger.checkpoint) as placed
          where place > ${NEWEST} and date_trunc('minute', next) = date_trunc('minute', created_at)
            and size <= coalesce((select min(size) from ledger.publication where published_at > $1), size)
          limit ${AT_ONCE})
       returning size`,
      [forgotten],
    );
    return gone.length;
  });
}
