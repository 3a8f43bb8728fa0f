/** What the gateway needs of other rooms. */
import type { Caller, FhirAnswer, FhirCall, Principal, PurposeOfUse } from "@ward/core";

/** FHIR behind the door; `@ward/fhir`'s `FhirService` is one. */
export interface FhirPort {
  /** MUST authorize, record and only then answer. Throws `WardError`. */
  interact(caller: Caller, call: FhirCall): Promise<FhirAnswer>;
  /** The CapabilityStatement, for whoever asks: MUST touch no record. */
  capabilities(call: FhirCall): FhirAnswer;
}

export interface Identity {
  readonly principal: Principal;
  readonly purpose: PurposeOfUse;
}

/**
 * Who presents this `Authorization` header. MUST throw `unauthenticated` where it is not valid, expired or of another
 * scheme; MUST NOT answer a principal that the token does not prove.
 */
export type Authenticate = (authorization: string) => Identity | Promise<Identity>;

/** One request, for the log. INVARIANT: no part of a URL but the pattern it matched; search parameters are PHI. */
export interface RequestLine {
  readonly method: string;
  /** `/fhir/R4/Patient/:id`, `/fn/visits/:id`, `unmatched`. */
  readonly route: string;
  readonly status: number;
  readonly ms: number;
  readonly trace: string;
}
