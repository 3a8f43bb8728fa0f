/** One rule's answer about one resource. */
import type { Resource } from "../graph/resource.ts";
import type { Rule } from "../rules/rule.ts";
import type { Position } from "../source/source-text.ts";
import type { Waiver } from "../waivers/waiver.ts";

export type FindingKind = "pass" | "fail" | "unknown" | "error";

export interface Finding {
  readonly rule: Rule;
  readonly resource: Resource;
  /** `error`: the rule itself threw; the fact is neither shown nor refuted. */
  readonly kind: FindingKind;
  readonly because: string;
  readonly position: Position;
  /** The waiver that silences a failure. */
  readonly waiver?: Waiver;
}
