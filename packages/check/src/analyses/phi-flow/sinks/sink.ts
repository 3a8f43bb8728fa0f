/** A place where PHI must not arrive, or may arrive only in a form that tells nothing. */
import type { CodeValue } from "../../../code/contract.ts";
import type { Graph } from "../../../graph/graph.ts";
import type { Resource } from "../../../graph/resource.ts";
import type { Spot } from "../../../source/source-text.ts";
import type { PhiFactId } from "../facts.ts";
import type { PhiSettings } from "../settings.ts";

export interface Sink {
  readonly fact: PhiFactId;
  readonly values: readonly (CodeValue | undefined)[];
  /** What happens there, after the name of the data: `is written to the log by console.log`. */
  readonly text: string;
  /** Something else than the call that decides: the resource that is not encrypted. */
  readonly at?: Spot;
  /** Where only what singles out a person counts: keys of records, names of objects. */
  readonly onlySingling?: true;
  /** Why it is not known whether this is a place of that kind. */
  readonly doubt?: string;
  /** Paths that are taken out of the first object: `["*.ssn", "patient"]`. */
  readonly redacted?: readonly string[];
}

export interface SinkContext {
  readonly graph: Graph;
  /** The function's resource; undefined for a Ward function. */
  readonly fn?: Resource;
  readonly settings: PhiSettings;
}
