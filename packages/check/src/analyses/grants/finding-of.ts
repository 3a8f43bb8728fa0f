/** A finding of one of these facts about a function. */
import type { Fact } from "../../judge/fact.ts";
import type { Finding } from "../../judge/finding.ts";
import type { Resource } from "../../graph/resource.ts";
import { positionOf, type Spot } from "../../source/source-text.ts";

/** A way that is longer is cut: nobody reads it. */
export const STEPS_MAX = 12;

export function finding(rule: Fact, fn: Resource, kind: Finding["kind"], because: string, spot: Spot): Finding {
  return { rule, resource: fn, kind, because, position: positionOf(spot) };
}
