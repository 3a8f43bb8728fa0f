/** What a request needs, where a table says so: the form of the rows. */
import type { Spoken } from "../../resources/spoken.ts";
import type { Condition } from "../need.ts";
import type { Request } from "../request.ts";

export interface Use {
  /** With its service where that is another: `s3:GetObject`. */
  readonly action: string;
  /** Where it is another than what the action's name and the input say. */
  readonly on?: Spoken;
  readonly except?: readonly string[];
  readonly conditions?: readonly Condition[];
}
/** Actions on what the input names, or what the input makes of it. */
export type Exception = readonly string[] | ((request: Request) => readonly Use[]);

/** Anyone may ask it. */
export const NONE: readonly string[] = [];

export type Exceptions = Readonly<Record<string, Exception>>;
