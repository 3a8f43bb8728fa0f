/**
 * Versions on their way into the tables: one call of `fhir.write_versions` for all that one commit writes, whoever wrote
 * them. It fails as a whole where one of them is not the next version of its record.
 */
import { WardError, type InsertAtCommit } from "@ward/core";

export interface NextVersion {
  readonly type: string;
  readonly id: string;
  /** 1: the record is not there yet. */
  readonly version: number;
  readonly subjectId: string | undefined;
  readonly lastUpdated: Date;
  readonly deleted: boolean;
  readonly tokens: BigInt64Array;
  readonly body: Uint8Array;
  /** Empty: none. */
  readonly card: Uint8Array;
}

export const WRITE_VERSIONS: InsertAtCommit = {
  text: `select fhir.write_versions($1::text[], $2::uuid[], $3::integer[], $4::uuid[], $5::timestamptz[], $6::boolean[],
                                    $7::integer[], $8::integer[], $9::bigint[], $10::bytea[], $11::bytea[])`,
  values: (rows) => valuesOf(rows as readonly NextVersion[]),
  failure: (state) => {
    // unique_violation, serialization_failure, deadlock_detected, lock_not_available
    if (["23505", "40001", "40P01", "55P03"].includes(state)) {
      return new WardError("version-conflict", { reason: "contended" });
    }
    return new WardError("internal", { cause: state });
  },
};

/** Sorted by id, so that two that write the same records wait for each other in the same order. */
export function valuesOf(given: readonly NextVersion[]): unknown[] {
  const rows = given.length < 2 ? given : given.toSorted((one, other) => (one.id < other.id ? -1 : 1));
  const starts = new Int32Array(rows.length);
  const ends = new Int32Array(rows.length);
  const tokens = new BigInt64Array(rows.reduce((count, row) => count + row.tokens.length, 0));
  let count = 0;
  for (const [at, row] of rows.entries()) {
    starts[at] = count + 1;
    tokens.set(row.tokens, count);
    ends[at] = count += row.tokens.length;
  }
  return [
    rows.map(({ type }) => type),
    rows.map(({ id }) => id),
    Int32Array.from(rows, ({ version }) => version),
    rows.map(({ subjectId }) => subjectId ?? null),
    rows.map(({ lastUpdated }) => lastUpdated.toISOString()),
    rows.map(({ deleted }) => deleted),
    starts,
    ends,
    tokens,
    rows.map(({ body }) => body),
    rows.map(({ card }) => card),
  ];
}
