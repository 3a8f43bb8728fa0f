/** One power that a function must have, and why. */
import type { Step } from "../../../judge/finding.ts";
import type { Spot } from "../../../source/source-text.ts";

export interface Need {
  /** `dynamodb:GetItem`. */
  readonly action: string;
  /** Symbols (resources/symbol.ts) of what it is needed on. */
  readonly resources: readonly string[];
  /** Any one of the resources is enough; without it all of them are needed. */
  readonly isOneOf?: true;
  /** Everything but these, where `resources` is `*`: a text message goes to no topic. */
  readonly except?: readonly string[];
  readonly conditions?: readonly Condition[];
  /** Why a part of the resource is not known. */
  readonly open?: string;
  readonly because: Origin;
  /** The request that it is needed for, as the SDK names it. */
  readonly operation?: string;
}

export interface Condition {
  readonly operator: "StringEquals" | "StringLike";
  readonly key: string;
  readonly values: readonly string[];
}

/** What asks for it: a call in the code, or a setting of the template. */
export interface Origin {
  /** In words after "because": `client.send(GetItemCommand) in save.ts`, `its queue is encrypted with Key`. */
  readonly text: string;
  readonly spot: Spot;
  /** The way from the handler, where it is a call. */
  readonly steps: () => readonly Step[];
  /** Lambda itself does it in the function's name: what a managed execution policy is for. */
  readonly isLambda?: true;
}

export function serviceOfAction(action: string): string {
  return action.slice(0, action.indexOf(":"));
}
