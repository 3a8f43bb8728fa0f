/** What a verifier can find, each with the place to look at first. */

export type LedgerProblem =
  /** A stored note was not signed by the log's key, or its row says another size or root than it. `index`: the row's size. */
  | { readonly kind: "checkpoint-forged" | "checkpoint-altered"; readonly index: number }
  /** No checkpoint covers this entry, though entries are only ever placed with one. */
  | { readonly kind: "entry-unsigned"; readonly index: number }
  | { readonly kind: "entry-missing" | "entry-altered" | "entry-inserted"; readonly index: number }
  /** What stands here is the body that belongs to `belongsAt`. */
  | { readonly kind: "entry-duplicated" | "entry-reordered"; readonly index: number; readonly belongsAt: number }
  /** Bodies, hashes and tiles agree with each other but not with the checkpoint of `size`: entries from `index` on were replaced. */
  | { readonly kind: "root-mismatch"; readonly index: number; readonly size: number }
  /** The body is right, but what was drawn from it is not. */
  | { readonly kind: "leaf-hash-altered" | "column-altered"; readonly index: number }
  /** `index`: the first entry under the tile. */
  | {
      readonly kind: "tile-altered" | "tile-missing" | "tile-unexpected";
      readonly index: number;
      readonly level: number;
      readonly tile: number;
    }
  /**
   * The entries give the published checkpoints, but this published object is not what they say: it is gone, has other
   * bytes, belongs to no tree of this log, or the store shows that it is not the first one. `index`: the first entry
   * under it, or a checkpoint's size.
   */
  | {
      readonly kind: "published-missing" | "published-altered" | "published-unexpected" | "published-rewritten";
      readonly index: number;
      readonly path: string;
    }
  /** A published checkpoint that the log's key did not sign. */
  | { readonly kind: "published-forged"; readonly index: number; readonly path: string };

/** Thrown at the first problem, so that no caller can go on past it. */
export class Found extends Error {
  readonly problem: LedgerProblem;
  constructor(problem: LedgerProblem) {
    super(problem.kind);
    this.problem = problem;
  }
}
