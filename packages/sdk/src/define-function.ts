/**
 * A function as its author writes it: data that the node enforces, and a handler whose context type follows the data.
 * The definition is not validated here: the node parses it with `parseManifest`, outside the author's reach.
 */
import type { FhirGrant, Limits, PurposeOfUse } from "@ward/core";
import type { Context, GrantRequest } from "./context.ts";
import type { FunctionTrigger, InputOf, ResultOf } from "./triggers.ts";

export interface FunctionDefinition<
  Trigger extends FunctionTrigger = FunctionTrigger,
  Grants extends GrantRequest = GrantRequest,
> {
  readonly trigger: Trigger;
  /** Why this function acts on PHI; every act it makes is decided and recorded under this purpose. */
  readonly purpose: PurposeOfUse;
  /** Its powers; what is left out does not exist for it. */
  readonly grants?: Grants;
  /** Defaults: 5 s, 128 MB, 20 at once. */
  readonly limits?: Partial<Limits>;
  /** Throw `Reject` for input that can't be filed; any other error fails the invocation. */
  handle(input: InputOf<Trigger>, ctx: Context<Grants>): ResultOf<Trigger> | Promise<ResultOf<Trigger>>;
}

/** What a bundle serves: a definition whose types no longer matter. */
export interface AnyFunctionDefinition {
  readonly trigger: FunctionTrigger;
  readonly purpose: PurposeOfUse;
  readonly grants?: { readonly fhir?: readonly FhirGrant[] } & Omit<GrantRequest, "fhir">;
  readonly limits?: Partial<Limits>;
  handle(input: never, ctx: never): unknown;
}

/** The default export of a file in `functions/`. */
export function defineFunction<
  const Trigger extends FunctionTrigger,
  const Grants extends GrantRequest = Record<never, never>,
>(definition: FunctionDefinition<Trigger, Grants>): FunctionDefinition<Trigger, Grants> {
  return definition;
}
