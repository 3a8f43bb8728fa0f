/**
 * What `query` and `interactions` ask of storage. Rows are ciphertext; who asks opens them with `openRecord` and matches
 * again, since tokens are truncated: a hit is a candidate, never an answer.
 */

/** At least one of these tokens is on the record. */
export type TokenGroup = readonly bigint[];

/** Which current, undeleted records may match. Every condition given must hold. */
export interface RowQuery {
  /** Of one of these types. */
  readonly types: readonly string[];
  readonly allOf: readonly TokenGroup[];
  /** None of these tokens is on the record: only for tokens that tell everything (`:missing`). */
  readonly noneOf?: readonly bigint[];
  /** Logical ids, as in URLs. */
  readonly ids?: readonly string[];
  /** In one of these patients' compartments; logical ids. */
  readonly subjectIds?: readonly string[];
  /** `last_updated` within [from, to). */
  readonly updated?: { readonly from?: Date; readonly to?: Date };
  readonly order: RowOrder;
  /** Behind this place in `order`: keyset paging. */
  readonly after?: RowPlace;
  readonly limit: number;
}

/**
 * `newest`: by `sequence`, which a record gets when it is first written and keeps, highest first: a record that changes
 * while somebody pages does not move. `lastUpdated` and `-lastUpdated`: then by sequence, highest first.
 */
export type RowOrder = "newest" | "lastUpdated" | "-lastUpdated";

export interface RowPlace {
  readonly sequence: bigint;
  readonly lastUpdated: Date;
}
