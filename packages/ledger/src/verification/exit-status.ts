/** The exit status of `ward ledger verify` for each kind of problem, so that a script need not read words. */
import type { LedgerProblem } from "./ledger-problem.ts";

export const EXIT_STATUSES: Readonly<Record<LedgerProblem["kind"], number>> = {
  "entry-altered": 10,
  "root-mismatch": 10,
  "entry-missing": 11,
  "entry-inserted": 12,
  "entry-unsigned": 12,
  "entry-reordered": 13,
  "entry-duplicated": 14,
  "leaf-hash-altered": 15,
  "column-altered": 15,
  "tile-altered": 15,
  "tile-missing": 15,
  "tile-unexpected": 15,
  "checkpoint-forged": 16,
  "checkpoint-altered": 16,
  "published-missing": 17,
  "published-altered": 17,
  "published-unexpected": 17,
  "published-rewritten": 17,
  "published-forged": 17,
};
