/** What other rooms ask of FHIR. Both the gateway and a function's `ctx.fhir` come through `interact`. */
import type { Caller, FhirAnswer, FhirCall, Transaction } from "@ward/core";

export interface FhirService {
  /**
   * One FHIR R4 interaction through the door. With `within`, writes join that transaction and are visible to later
   * calls in it. Throws `WardError` (`access-denied`, `not-found`, `invalid-resource` with `detail.issues`, …).
   */
  interact(caller: Caller, call: FhirCall, within?: Transaction): Promise<FhirAnswer>;
  /** What `interact` can do: a read of `metadata`, for whoever asks. Touches no record. */
  capabilities(call: FhirCall): FhirAnswer;
}

/** Finds PHI in text on its way out. */
export interface DisclosureScreen {
  /**
   * What PHI `text` holds: identifying values of `subjectId`'s patient (also URL-, base64- and hex-encoded), the
   * identifier of any known patient, or a pattern (SSN, HL7 segment, FHIR resource). Empty means nothing was found.
   * Answers names of kinds, never the values.
   */
  find(caller: Caller, text: string, subjectId?: string): Promise<readonly string[]>;
}
