/** An arrow between boxes, before arrows between the same two become one. It goes from who acts to what is acted on. */
import type { Boundary, Picture } from "./kinds.ts";
import type { Exposure, Known, TopologyEdgeKind } from "./model.ts";

/** `from` and `to` are ids of resources with a box, or of what stands around them. */
export interface BoxLink {
  readonly from: End;
  readonly to: End;
  readonly kind: TopologyEdgeKind;
  readonly label: string;
  readonly isCertain: boolean;
  /** Data comes back to who acts. */
  readonly isRead?: boolean;
  /** Code was seen to send PHI over it. */
  readonly hasPhi?: boolean;
  /** It is certain that no PHI goes over it, whatever its ends hold. */
  readonly hasNoPhi?: boolean;
  /** The door asks who calls before it lets a request through here. */
  readonly isSignedIn?: boolean;
}

export type End = { readonly box: string } | { readonly around: Around };

/** What is no resource of the input. `id` is unique in the unit. */
export interface Around {
  readonly id: string;
  readonly name: string;
  readonly words: string;
  readonly picture: Picture;
  readonly boundary: Exclude<Boundary, "shared">;
  readonly type: string;
  /** Of a door: who may call. */
  readonly exposure?: Known<Exposure>;
  /** PHI by nature: what keeps records of patients. */
  readonly holdsPhi?: string;
}

export function between(from: string, to: string, kind: TopologyEdgeKind, label: string, isCertain = true): BoxLink {
  return { from: { box: from }, to: { box: to }, kind, label, isCertain };
}
