/** Who acts. The gateway or the function's socket establishes it; nothing a caller sends can change it. */
import type { PurposeOfUse } from "./purpose-of-use.ts";

export type Principal =
  | { readonly kind: "function"; readonly id: string }
  | { readonly kind: "person"; readonly id: string; readonly roles: readonly string[] }
  | { readonly kind: "service"; readonly id: string };

/** Everything the door must know of an act's author. `traceId`: 32 lower-case hex digits (W3C Trace Context). */
export interface Caller {
  readonly principal: Principal;
  readonly purpose: PurposeOfUse;
  readonly traceId: string;
  /** Digest of the release whose code acts: `sha256:<hex>`. Absent where no released code acts. */
  readonly release?: string;
  /** The principal for whom this one acts, as the function that answers a nurse's HTTP call. */
  readonly onBehalfOf?: Principal;
}

/** `function:lab-result`, `person:dr-okafor`, `service:mllp`: the form in ledger entries and logs. */
export function principalName(principal: Principal): string {
  return `${principal.kind}:${principal.id}`;
}
