/**
 * A search as data: what `query` runs and `search` parses, plans and matches. Pure: no database, no keys but the blind
 * index that is passed in. Specification: https://hl7.org/fhir/R4/search.html
 *
 * In their order: `parseSearch`, `resolveValueSets` (value sets may be records), then `plan` for candidates and `meets` for
 * each of them; `indexOf` with every write, or `plan` finds nothing.
 */
import type { Searched } from "../extraction/searched.ts";
import type { TokenGroup } from "../storage/contract.ts";
import type { Operand } from "./operand.ts";

export type ParameterKind =
  "token" | "string" | "reference" | "date" | "quantity" | "number" | "uri" | "composite" | "special";

export interface Parameter {
  readonly name: string;
  readonly kind: ParameterKind;
  /** Canonical URL of its SearchParameter, as a CapabilityStatement names it. */
  readonly definition: string;
  /** Types that a reference parameter may point to; absent: any. */
  readonly targets?: readonly string[];
  /** Of a date: a resource has at most one. */
  readonly isSingle?: true;
  /** Parameters of a composite, in order. */
  readonly components?: readonly Parameter[];
}

/** `:[type]` is no modifier here: it became part of the operand. */
export type Modifier =
  "missing" | "exact" | "contains" | "text" | "not" | "above" | "below" | "in" | "not-in" | "of-type" | "identifier";

/** `name:modifier=a,b`: any of the values. Repeated criteria must each hold. */
export interface ValueCriterion {
  readonly kind: "value";
  readonly parameter: Parameter;
  readonly modifier?: Modifier;
  /** Parsed and checked, so that matching cannot fail. */
  readonly values: readonly Operand[];
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
  /** `_list=42`: entries that are marked as deleted from the list are none. */
  readonly isMembership?: true;
  readonly type: string;
  readonly parameter: Parameter;
  readonly inner: Criterion;
}

/** What a chain became: the literal references it allows (`Patient/123`). Made by `query`, never parsed. */
export interface ReferenceCriterion {
  readonly kind: "references";
  readonly parameter: Parameter;
  readonly references: ReadonlySet<string>;
  readonly contained?: ContainedTest;
}

/** A chain goes on into what a record contains (FHIR R4 search, Contained Resources), which is no record of its own. */
export interface ContainedTest {
  /** There are records that refer to what they contain by the parameter: cards alone can't tell, nor tokens. */
  readonly isNeeded: boolean;
  readonly meets: (contained: Searched) => boolean;
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
  /** `*`: each reference parameter. */
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
  /** `name`, or `Patient.name`. */
  readonly elements?: readonly string[];
  /** The cursor of a page behind the first (`_cursor`), which `query` made. */
  readonly cursor?: string;
  /** The query as understood, for the `self` link: canonical, without what was ignored and without the cursor. */
  readonly self: string;
}

/** What a query is understood by, beside its text. */
export interface SearchContext {
  /** Of this server, as clients name it: `https://ward.example/fhir`. Absolute references below it are ours. */
  readonly baseUrl?: string;
  /** What `ap` is measured from; without, `ap` on dates is refused. */
  readonly now?: Date;
}

/** How a search is answered (docs/reference/search.md). */
export type SearchMode = "indexed" | "compartment-scan" | "bounded-scan";

export interface Plan {
  readonly mode: SearchMode;
  readonly allOf: readonly TokenGroup[];
  readonly ids?: readonly string[];
  /** Logical ids of patients whose compartments hold every match. */
  readonly subjectIds?: readonly string[];
  readonly updated?: { readonly from?: Date; readonly to?: Date };
  /** The tokens alone decide: no match is lost or gained by them beyond truncation. */
  readonly isSelective: boolean;
}

/** A keyed, truncated hash: `vault.blindIndex`. */
export type BlindIndex = (domain: string, value: string) => bigint;

/** What a write needs of a resource's search values, extracted once. */
export interface ResourceIndex {
  /** Sorted, so that their order tells nothing of the parameters. */
  readonly tokens: BigInt64Array;
  /** Lock keys of its identifiers: two writers of the same identifier MUST meet at one of them. */
  readonly identifierKeys: BigInt64Array;
}
