/** The values of a search, parsed: one form for each way of comparing (FHIR R4 search §3.1.1.4, §3.1.1.5). */

export type Prefix = "eq" | "ne" | "gt" | "lt" | "ge" | "le" | "sa" | "eb" | "ap";

/** `system|code`. An absent system: any; an empty one: none. An absent code: any. */
export interface TokenOperand {
  readonly kind: "token";
  readonly system?: string;
  readonly code?: string;
}

/** `system|code|value` of `:of-type`. */
export interface TypedOperand {
  readonly kind: "typed";
  readonly system: string;
  readonly code: string;
  readonly value: string;
}

/** What `:in`, `:not-in`, `:above` and `:below` came to: keys by `codeKey`. */
export interface CodesOperand {
  readonly kind: "codes";
  readonly codes: ReadonlySet<string>;
}

/** A value set still to be looked up by its canonical URL. */
export interface ValueSetOperand {
  readonly kind: "valueSet";
  readonly url: string;
}

/** `:above` or `:below` a code of a system still to be looked up. */
export interface RelatedOperand {
  readonly kind: "related";
  readonly system: string;
  readonly code: string;
  readonly direction: "above" | "below";
}

/** `:below` a MIME type: `text/xml` whatever its parameters, or `image`. */
export interface MimeOperand {
  readonly kind: "mime";
  readonly type: string;
}

export interface StringOperand {
  readonly kind: "string";
  readonly text: string;
  /** By `foldText`. */
  readonly folded: string;
}

/** A literal reference, or an absolute one; an id alone names it in any type. */
export interface ReferenceOperand {
  readonly kind: "reference";
  readonly type?: string;
  readonly id?: string;
  readonly version?: string;
  /** Absolute: of another server, or a canonical with or without version. */
  readonly url?: string;
  /** Of this server: what lies below it is literal. */
  readonly base?: string;
  /** Of a canonical URL: its version is the first part of those that match (`1` of `1.0`). */
  readonly isBelow?: true;
}

/** `[from, to)` as the value was written, milliseconds since 1970 UTC. */
export interface DateOperand {
  readonly kind: "date";
  readonly prefix: Prefix;
  readonly from: number;
  readonly to: number;
}

/** `[low, high)` is what the value's digits leave open; of `ap`, ten percent. */
export interface NumberOperand {
  readonly kind: "number";
  readonly prefix: Prefix;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface QuantityOperand extends Omit<NumberOperand, "kind"> {
  readonly kind: "quantity";
  /** An absent system: any. */
  readonly system?: string;
  /** Code, or without system also the unit as displayed. */
  readonly code?: string;
}

export interface UriOperand {
  readonly kind: "uri";
  readonly uri: string;
  /** Of the resource that has the canonical URL. */
  readonly version?: string;
}

export interface CompositeOperand {
  readonly kind: "composite";
  readonly components: readonly Operand[];
}

export interface MissingOperand {
  readonly kind: "missing";
  readonly isMissing: boolean;
}

export type Operand =
  | TokenOperand
  | TypedOperand
  | CodesOperand
  | ValueSetOperand
  | RelatedOperand
  | MimeOperand
  | StringOperand
  | ReferenceOperand
  | DateOperand
  | NumberOperand
  | QuantityOperand
  | UriOperand
  | CompositeOperand
  | MissingOperand;
