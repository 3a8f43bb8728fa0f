/**
 * What a deployment indexes beside the usual, or not, knowing what it tells (docs/reference/search.md). Applies to records
 * written from then on: MUST NOT change once there are any.
 */
export interface IndexOptions {
  /**
   * Dates that can be searched by range across patients: `Observation.date`. Each value then has a token for its day,
   * month and year, and a search names those of its range: who holds the database learns which tokens lie side by side,
   * and so, by and by, the order of all dates of the parameter.
   */
  readonly rangeIndexes?: readonly string[];
  /**
   * Parameters without tokens, where how often a value occurs is too much to tell: `Patient.name`, and with it what lies
   * within it (`Patient.family`). MUST NOT hold an `identifier`: conditional creates wait for each other at its tokens.
   */
  readonly unindexed?: readonly string[];
}
