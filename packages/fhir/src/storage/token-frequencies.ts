/**
 * Which tokens many records hold, as the database's own statistics tell (`pg_stats.most_common_elems`). A list of a
 * hundred thousand hits costs more to read and sort than looking along the order until a page is full; a token that few
 * records hold is the other way round: `h` hits among `n` records cost about as much as the `21 * n / h` that are looked
 * at for a page of 20 and one more. Only the speed of a search depends on it.
 */
import type { Clock, Sql } from "@ward/core";
import type { TokenGroup } from "./contract.ts";

export interface TokenFrequencies {
  /** The groups whose tokens few records hold. */
  rareOf(sql: Sql, groups: readonly TokenGroup[]): Promise<readonly TokenGroup[]>;
}

/** A page and a row more. */
const PAGE_ROWS = 21;
const STALE_MS = 60_000;

export function createTokenFrequencies(clock: Clock): TokenFrequencies {
  let common: ReadonlySet<bigint> = new Set();
  let readAt = -Infinity;
  return {
    async rareOf(sql, groups) {
      const now = clock.now().getTime();
      if (Math.abs(now - readAt) > STALE_MS) {
        readAt = now;
        common = await readCommon(sql);
      }
      if (common.size === 0) return groups;
      return groups.filter((group) => !group.some((token) => common.has(token)));
    },
  };
}

async function readCommon(sql: Sql): Promise<ReadonlySet<bigint>> {
  const rows = await sql.query<{ token: bigint }>(
    `select e.token from pg_stats s
       join pg_class c on c.oid = 'fhir.record'::regclass
       cross join lateral unnest(s.most_common_elems::text::bigint[], s.most_common_elem_freqs) as e(token, share)
      where s.schemaname = 'fhir' and s.tablename = 'record' and s.attname = 'tokens'
        and e.token is not null and e.share * c.reltuples > sqrt($1 * greatest(c.reltuples, 0))`,
    [PAGE_ROWS],
  );
  return new Set(rows.map(({ token }) => token));
}
