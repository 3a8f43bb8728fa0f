/**
 * A search as data: what `query` runs and `search` parses, plans and matches. Pure: no database, no keys but the blind
 * index that is passed in. Specification: https://hl7.org/fhir/R4/search.html
 */
import type { JsonObject } from "../json.ts";
import type { TokenGroup } from "../storage/contract.ts";

export type ParameterKind =
  "token" | "string" | "reference" | "date" | "quantity" | "number" | "uri" | "composite" | "special";

export interface Parameter {
  readonly name: string;
  readonly kind: ParameterKind;
  /** Types that a reference parameter may point to. */
  readonly targets?: readonly string[];
  /** Parameters of a composite, in order. */
  readonly components?: readonly Parameter[];
}

/** `name:modifier=a,b`: any of the values. Repeated criteria must each hold. */
export interface ValueCriterion {
  readonly kind: "value";
  readonly parameter: Parameter;
  readonly modifier?: string;
  /** Still escaped, with their prefixes; parsed and checked already, so that matching cannot fail. */
  readonly values: readonly string[];
}

/** `subject:Patient.name=peter`: the reference points to a record of one of the types that meets `inner`. */
export interface ChainCriterion {
  readonly kind: "chain";
  readonly parameter: Parameter;
  readonly types: readonly string[];
  readonly inner: Criterion;
}

/** `_has:Observation:patient:code=1234`: a record of `type` that meets `inner` refers to this one by `parameter`. */
export interface ReverseChainCriterion {
  readonly kind: "reverseChain";
  readonly type: string;
  readonly parameter: Parameter;
  readonly inner: Criterion;
}

/** What a chain became: the literal references it allows (`Patient/123`). Made by `query`, never parsed. */
export interface ReferenceCriterion {
  readonly kind: "references";
  readonly parameter: Parameter;
  readonly references: ReadonlySet<string>;
}

/** What a reverse chain became: the logical ids it allows. */
export interface IdCriterion {
  readonly kind: "ids";
  readonly ids: ReadonlySet<string>;
}

export type Criterion = ValueCriterion | ChainCriterion | ReverseChainCriterion | ReferenceCriterion | IdCriterion;
export type FlatCriterion = ValueCriterion | ReferenceCriterion | IdCriterion;

export interface Include {
  /** Type whose references are followed (`_include`), or that refers to the matches (`_revinclude`). `*`: any. */
  readonly type: string;
  readonly parameter: string;
  readonly target?: string;
  readonly isIterating: boolean;
}

export interface SortKey {
  readonly parameter: Parameter;
  readonly isDescending: boolean;
}

export interface Search {
  /** One type; several for `_type` and compartment searches over all types. */
  readonly types: readonly string[];
  readonly criteria: readonly Criterion[];
  readonly sort: readonly SortKey[];
  readonly includes: readonly Include[];
  readonly reverseIncludes: readonly Include[];
  readonly count?: number;
  readonly total?: "none" | "estimate" | "accurate";
  readonly summary?: "true" | "false" | "text" | "data" | "count";
  readonly elements?: readonly string[];
  /** The cursor of a page behind the first. */
  readonly cursor?: string;
  /** The query as understood, for the `self` link: canonical, without what was ignored. */
  readonly self: string;
}

/** How a search is answered (docs/reference/search.md). */
export type SearchMode = "indexed" | "compartment-scan" | "bounded-scan";

export interface Plan {
  readonly mode: SearchMode;
  readonly allOf: readonly TokenGroup[];
  readonly noneOf: readonly bigint[];
  readonly ids?: readonly string[];
  /** Logical ids of patients whose compartments hold every match. */
  readonly subjectIds?: readonly string[];
  readonly updated?: { readonly from?: Date; readonly to?: Date };
  /** The tokens alone decide: no match is lost or gained by them beyond truncation. */
  readonly isSelective: boolean;
}

/** A keyed, truncated hash: `vault.blindIndex`. */
export type BlindIndex = (domain: string, value: string) => bigint;

/** What `search` exports for `query`, `storage` and `interactions`; each from the file named for it. */
export interface SearchFunctions {
  /** Throws `unsupported` or `invalid-request` naming the parameter, never a value. */
  parseSearch(types: readonly string[], query: string, handling: "strict" | "lenient"): Search;
  /** Whether a decrypted resource meets every criterion. */
  meets(resource: JsonObject, criteria: readonly FlatCriterion[]): boolean;
  plan(types: readonly string[], criteria: readonly FlatCriterion[], blindIndex: BlindIndex): Plan;
  /** Blind-index tokens of a resource, sorted. */
  tokensOf(resource: JsonObject, blindIndex: BlindIndex): bigint[];
}
