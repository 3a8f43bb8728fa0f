/** One request to AWS that code makes, whatever it is made with. */
import type { CallStep, CodeValue, ExternalCall } from "../../../code/contract.ts";
import type { Spot } from "../../../source/source-text.ts";

export interface ApiCall {
  /** The SDK's name of the client: `dynamodb`, `sesv2`, `sfn`. */
  readonly client: string;
  /** As AWS names it: `GetItem`. */
  readonly operation: string;
  readonly input: CodeValue | undefined;
  /** The call in the code that makes it, for people and their steps. */
  readonly call: Pick<ExternalCall, "spot" | "stack">;
  /** How it is made where the code does not say its name: `lib-storage uploads in parts`. */
  readonly how?: string;
}

/** What may ask AWS for things and was not followed. */
export interface UnseenCalls {
  /** Prefixes of actions; `any` where it may be all. */
  readonly services: readonly string[] | "any";
  /** In words that make a sentence. */
  readonly reason: string;
  readonly spot: Spot;
  readonly stack: readonly CallStep[];
}

export interface SeenCalls {
  readonly calls: readonly ApiCall[];
  readonly unseen: readonly UnseenCalls[];
}
