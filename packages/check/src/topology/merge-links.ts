/** Arrows between the same two boxes as one: the strongest kind, all that is said, certain where one of them is. */
import type { BoxLink } from "./box-link.ts";
import type { TopologyEdgeKind } from "./model.ts";

export interface MergedLink {
  readonly from: string;
  readonly to: string;
  kind: TopologyEdgeKind;
  readonly labels: Set<string>;
  isCertain: boolean;
  isRead: boolean;
  writes: boolean;
  hasPhi: boolean;
  hasNoPhi: boolean;
  /** Every request on it is from somebody who is identified. */
  isSignedIn: boolean;
}

/** An arrow with the ids of its ends' nodes. */
export type NodeLink = Omit<BoxLink, "from" | "to"> & { readonly from: string; readonly to: string };

const STRENGTH: readonly TopologyEdgeKind[] = ["trigger", "caller", "call", "data", "egress", "reference"];
const LABELS_MAX = 40;
const WEAK = ["is named in its settings", "uses"];

export function mergeLinks(links: readonly NodeLink[]): readonly MergedLink[] {
  const merged = new Map<string, MergedLink>();
  for (const { from, to, kind, label, isCertain, isRead, hasPhi, hasNoPhi, isSignedIn } of links) {
    if (from === to) continue;
    const key = `${from}\n${to}`;
    const one = merged.get(key) ?? {
      from,
      to,
      kind,
      labels: new Set<string>(),
      isCertain: false,
      isRead: false,
      writes: false,
      hasPhi: false,
      hasNoPhi: true,
      isSignedIn: true,
    };
    if (STRENGTH.indexOf(kind) < STRENGTH.indexOf(one.kind)) one.kind = kind;
    if (one.labels.size < LABELS_MAX && label !== "") one.labels.add(label);
    // A permission to be called says nothing of who asks; the route does.
    if (label !== "") one.isSignedIn &&= isSignedIn === true;
    one.isCertain ||= isCertain;
    one.isRead ||= isRead === true;
    one.writes ||= kind === "call" && label !== "reads";
    one.hasPhi ||= hasPhi === true;
    one.hasNoPhi &&= hasNoPhi === true;
    merged.set(key, one);
  }
  for (const { labels } of merged.values()) {
    // That it is named says nothing where it is known what is done with it.
    if (labels.size > 1) for (const label of WEAK) labels.delete(label);
  }
  return [...merged.values()].filter(({ from, to, kind, writes }) => {
    // To be started by a queue takes reading it; one arrow says so.
    const back = merged.get(`${to}\n${from}`);
    return !(kind === "call" && !writes && back && (back.kind === "trigger" || back.kind === "data"));
  });
}
