/**
 * The topology as data: what every picture draws and what `--graph json` is. `schema` names its version; fields are added
 * to it, never changed or removed. INVARIANT: every resource of the input stands in `inventory` exactly once, with the node
 * that shows it.
 */
import type { Boundary, Picture } from "./kinds.ts";

export const TOPOLOGY_SCHEMA = "ward.topology/1";

export interface Topology {
  readonly schema: typeof TOPOLOGY_SCHEMA;
  readonly title: string;
  /** RFC 3339 in UTC. */
  readonly at: string;
  readonly units: readonly TopologyUnit[];
  readonly summary: TopologySummary;
  readonly boundaries: readonly { readonly id: Boundary; readonly title: string; readonly about: string }[];
  readonly nodes: readonly TopologyNode[];
  readonly edges: readonly TopologyEdge[];
  readonly inventory: readonly InventoryRow[];
  /** What the findings of the inventory mean. */
  readonly rules: readonly TopologyRule[];
}

export interface TopologyUnit {
  readonly file: string;
  readonly format: string;
}

export interface TopologySummary {
  readonly resources: number;
  readonly nodes: number;
  readonly edges: number;
  readonly phi: Readonly<Record<Knowledge, number>>;
  readonly exposure: Readonly<Record<Exposure, number>>;
  /** Nodes that keep PHI and that anybody, without a name, has a way to. */
  readonly openWaysToPhi: number;
  /** The same for callers who are identified. */
  readonly waysToPhi: number;
  readonly verdict: VerdictCounts;
  /** Findings about files, packages and the like, which have no place on the map. */
  readonly elsewhere: number;
}

/** `unknown` is what neither a tag nor a flow says. */
export type Knowledge = "yes" | "no" | "unknown";

/** Who can call it from outside: anybody, those who are identified first, nobody, or it is not known. */
export type Exposure = "public" | "authenticated" | "internal" | "unknown";

export interface Known<State extends string> {
  readonly state: State;
  /** Why, as a clause: `its tag data-class is phi`. */
  readonly because: string;
}

export interface PhiKnown extends Known<Knowledge> {
  /** True where a flow suggests it and nothing says it: PHI may come in. */
  readonly maybe: boolean;
}

export interface VerdictCounts {
  readonly critical: number;
  readonly high: number;
  readonly medium: number;
  readonly low: number;
  readonly undecided: number;
  readonly holds: number;
  /** Failures that somebody answers for, or that a baseline knows. */
  readonly excused: number;
}

export interface TopologyNode {
  readonly id: string;
  /** Index into `units`. */
  readonly unit: number;
  /** The resource of the input; absent for what only stands around it: callers, hosts, other accounts. */
  readonly resource?: string;
  readonly name: string;
  readonly type: string;
  /** What it is in plain words. */
  readonly words: string;
  readonly picture: Picture;
  readonly boundary: Boundary;
  readonly phi: PhiKnown;
  readonly exposure: Known<Exposure>;
  /** Who gets to it over the arrows, whatever its own exposure. */
  readonly reachedBy: "anyone" | "identified" | "nobody";
  /** Where it may call: anywhere, what its network lets through, or what is listed. Only for what runs code. */
  readonly egress?: Known<"anywhere" | "network" | "listed">;
  readonly region?: string;
  /** The private network in which it runs. */
  readonly network?: string;
  /** Of the resource and of all that is folded into it. */
  readonly verdict: VerdictCounts;
  /** Small resources that are told of here: ids of the same unit. */
  readonly folded: readonly string[];
  /** Nodes of `shared` that it uses: keys, networks. Not drawn as edges. */
  readonly uses: readonly string[];
}

export type TopologyEdgeKind = "trigger" | "call" | "data" | "egress" | "reference" | "caller";

export interface TopologyEdge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** The strongest of what joins the two. */
  readonly kind: TopologyEdgeKind;
  /** What happens on it, in plain words: `reads and writes`, `GET /patients`. */
  readonly labels: readonly string[];
  readonly phi: Knowledge;
  /** False where only a possibility is known: a name in the settings without a grant. */
  readonly isCertain: boolean;
  /** Every request on it is from somebody who is identified, also where its start is open to anyone. */
  readonly isSignedIn: boolean;
  /** Part of a way from the internet to something that keeps PHI. */
  readonly isOnWayToPhi: boolean;
}

export interface InventoryRow {
  readonly id: string;
  readonly unit: number;
  readonly name: string;
  readonly type: string;
  readonly words: string;
  readonly node: string;
  readonly file: string;
  readonly line: number;
  readonly verdict: VerdictCounts;
  /** Failures and what is undecided. */
  readonly findings: readonly TopologyFinding[];
}

export interface TopologyFinding {
  readonly rule: string;
  readonly kind: "fail" | "unknown" | "error";
  readonly state: "open" | "waived" | "known";
  readonly because: string;
  readonly file: string;
  readonly line: number;
  readonly mend?: string;
}

export interface TopologyRule {
  readonly id: string;
  readonly title: string;
  readonly severity: "critical" | "high" | "medium" | "low";
  readonly why: string;
  readonly remedy: string;
  readonly snippet: string;
}
