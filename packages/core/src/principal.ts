/** Who acts. The gateway or the function's socket establishes it; nothing a caller sends can change it. */
import type { AssuranceLevel, BreakGlassReason } from "./audit-entry.ts";
import type { PurposeOfUse } from "./purpose-of-use.ts";

export type Principal =
  | { readonly kind: "function"; readonly id: string }
  | {
      readonly kind: "person";
      readonly id: string;
      readonly roles: readonly string[];
      readonly session?: PersonSession;
    }
  | { readonly kind: "service"; readonly id: string };

/** How a person came to be here, as their token says. Recorded; no policy decides by it. */
export interface PersonSession {
  /** The identity provider's id of the session. */
  readonly id?: string;
  readonly device?: string;
  readonly assurance?: AssuranceLevel;
  /** With purpose ETREAT only. */
  readonly breakGlass?: BreakGlassReason;
}

/** Everything the door must know of an act's author. `traceId`: 32 lower-case hex digits (W3C Trace Context). */
export interface Caller {
  readonly principal: Principal;
  readonly purpose: PurposeOfUse;
  readonly traceId: string;
  /** Digest of the release whose code acts: `sha256:<hex>`. Absent where no released code acts. */
  readonly release?: string;
  /** The principal for whom this one acts, as the function that answers a nurse's HTTP call. */
  readonly onBehalfOf?: Principal;
  /** For whom that one acts in turn, the nearest first. */
  readonly chain?: readonly Principal[];
}

/** `function:lab-result`, `person:dr-okafor`, `service:mllp`: the form in ledger entries and logs. */
export function principalName(principal: Principal): string {
  return `${principal.kind}:${principal.id}`;
}
