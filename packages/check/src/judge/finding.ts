/** The answer to one fact about one subject. */
import type { Position, Spot } from "../source/source-text.ts";
import type { Waiver } from "../waivers/waiver.ts";
import type { Fact } from "./fact.ts";

export type FindingKind = "pass" | "fail" | "unknown" | "error";

/** What a finding is about: a resource of the graph, or a file, a package, a function of an app. */
export interface Subject {
  /** Unique in its unit. */
  readonly id: string;
  /** What people call it. */
  readonly name: string;
  /** CloudFormation's type of a resource; otherwise `file`, `package` and the like. */
  readonly type: string;
  readonly spot: Spot;
  /** The resource that it was made for by a transform, as a function's role by SAM. */
  readonly madeFor?: string | undefined;
}

/** One step on a way through code and resources. */
export interface Step {
  readonly position: Position;
  readonly text: string;
}

export interface Finding {
  readonly rule: Fact;
  readonly resource: Subject;
  /** `error`: the rule itself threw; the fact is neither shown nor refuted. */
  readonly kind: FindingKind;
  readonly because: string;
  readonly position: Position;
  /** How it comes about, from the first step to the last: a path of calls, the way of data. */
  readonly steps?: readonly Step[];
  /** How this one is mended, where that is more than the fact's own snippet. */
  readonly mend?: string;
  /** The waiver that silences a failure. */
  readonly waiver?: Waiver;
}
