/** The nodes and edges of one unit, before it is known who gets to them. */
import type { Resource } from "../graph/resource.ts";
import type { Unit } from "../readers/read-unit.ts";
import type { ReportedFinding } from "../report/report.ts";
import { exposureOf } from "./exposure.ts";
import { foldGraph, type Fold } from "./fold.ts";
import { isMessenger, kindOf, kindOfResource } from "./kinds.ts";
import { linksOf, type Around, type BoxLink, type End } from "./links.ts";
import type { Known, TopologyEdge, TopologyEdgeKind, TopologyNode } from "./model.ts";
import { outsideHost } from "./outside-hosts.ts";
import { spreadPhi, statedPhi } from "./phi.ts";
import type { CodeReach } from "./reach.ts";

export type DraftNode = Omit<TopologyNode, "reachedBy" | "verdict">;
export type DraftEdge = Omit<TopologyEdge, "isOnWayToPhi">;

export interface UnitDraft {
  readonly nodes: readonly DraftNode[];
  readonly edges: readonly DraftEdge[];
  readonly nodeOf: (resource: string) => { readonly id: string; readonly words: (type: string) => string };
}

interface MergedLink {
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

const STRENGTH: readonly TopologyEdgeKind[] = ["trigger", "caller", "call", "data", "egress", "reference"];
const LABELS_MAX = 40;

export function drawUnit(
  unit: Unit,
  index: number,
  findings: ReadonlyMap<string, readonly ReportedFinding[]>,
  reach: CodeReach | undefined,
): UnitDraft {
  const { graph } = unit;
  const fold = foldGraph(graph);
  const nodes = new Map<string, DraftNode>();
  for (const box of fold.boxes) nodes.set(idOf(index, box.id), boxNode(unit, index, box, fold, findings));
  const links = [...linksOf(graph, fold), ...reachLinks(unit, fold, reach)];
  for (const { from, to } of links) for (const end of [from, to]) addAround(nodes, index, end);
  const flat = links.map((link) => ({ ...link, from: endId(link.from, index), to: endId(link.to, index) }));
  const asking = new Set(flat.filter(({ isSignedIn }) => isSignedIn).map(({ from }) => from));
  const doors = [...nodes.values()].flatMap((node) => callers(node, asking.has(node.id), nodes, index));
  const merged = merge([...flat, ...doors]);
  return {
    ...finish(nodes, merged),
    nodeOf: (resource) => ({ id: idOf(index, fold.hostOf(resource)), words: (type) => kindOf(type).words }),
  };
}

function idOf(unit: number, resource: string): string {
  return `${unit}:${resource}`;
}

function endId(end: End, unit: number): string {
  return "box" in end ? idOf(unit, end.box) : aroundId(end.around.id, unit);
}

/** An at-sign that no resource's node has in this place keeps the two apart. */
function aroundId(id: string, unit: number): string {
  return `${unit}@${id}`;
}

function boxNode(
  { graph }: Unit,
  unit: number,
  box: Resource,
  fold: Fold,
  findings: ReadonlyMap<string, readonly ReportedFinding[]>,
): DraftNode {
  const folded = fold.foldedInto(box.id);
  const kind = kindOfResource(box);
  const all = [box, ...folded].flatMap(({ id }) => findings.get(id) ?? []);
  const egress = egressOf(box);
  return {
    id: idOf(unit, box.id),
    unit,
    resource: box.id,
    // What a transform made is named after its author at length; the box has room for the name alone.
    name: box.madeFor === undefined ? box.name : box.id,
    type: box.type,
    words: kind.words,
    picture: kind.picture,
    boundary: kind.boundary,
    phi: statedPhi(box) ?? { state: "unknown", because: "nothing says what it holds", maybe: false },
    exposure: exposureOf(box, folded, all),
    ...(egress ? { egress } : {}),
    ...(graph.region === undefined ? {} : { region: graph.region }),
    folded: folded.map(({ id }) => id),
    uses: [],
  };
}

function egressOf(box: Resource): Known<"anywhere" | "network" | "listed"> | undefined {
  if (box.type === "Ward::Function")
    return { state: "listed", because: "it reaches only the hosts that its grants name" };
  if (box.type === "AWS::Lambda::Function") {
    const inside = !box.at("VpcConfig.SubnetIds").isAbsent;
    return inside
      ? { state: "network", because: "what its network lets through" }
      : { state: "anywhere", because: "it runs outside of any private network, which lets it call every host" };
  }
  if (kindOf(box.type).boundary !== "functions" || isMessenger(box.type)) return undefined;
  if (box.type.startsWith("Kubernetes::")) return { state: "network", because: "what network policies let through" };
  return /EC2|ECS|EKS|Batch|AutoScaling|DMS|CodeBuild|SageMaker/.test(box.type)
    ? { state: "network", because: "what its network lets through" }
    : undefined;
}

function addAround(nodes: Map<string, DraftNode>, unit: number, end: End): void {
  if ("box" in end) return;
  const { around } = end;
  const id = aroundId(around.id, unit);
  if (!nodes.has(id)) nodes.set(id, aroundNode(id, unit, around));
}

function aroundNode(id: string, unit: number, around: Around): DraftNode {
  const { name, words, picture, boundary, type, holdsPhi } = around;
  const isDoor = boundary === "edge";
  return {
    id,
    unit,
    name,
    type,
    words,
    picture,
    boundary,
    phi:
      holdsPhi === undefined
        ? { state: "unknown", because: "nothing says what it holds", maybe: false }
        : { state: "yes", because: holdsPhi, maybe: false },
    exposure: isDoor
      ? around.id === "routes:public"
        ? { state: "public", because: "these routes ask nobody who they are" }
        : { state: "authenticated", because: "whoever calls is identified first" }
      : { state: "internal", because: "it is no part of the input" },
    folded: [],
    uses: [],
  };
}

const ANYONE: Around = {
  id: "anyone",
  name: "Anyone",
  words: "On the internet, without a name",
  picture: "people",
  boundary: "internet",
  type: "people",
};
const IDENTIFIED: Around = {
  id: "identified",
  name: "Who is identified",
  words: "People and systems that sign in",
  picture: "people",
  boundary: "internet",
  type: "people",
};

/** From the internet to what lets it in. */
function callers(node: DraftNode, hasSignedIn: boolean, nodes: Map<string, DraftNode>, unit: number): readonly Flat[] {
  const { state } = node.exposure;
  if (state === "internal" || (state === "unknown" && node.boundary !== "edge")) return [];
  if (node.boundary === "shared" && state !== "public") return [];
  const from = (who: Around, label: string, isCertain: boolean): Flat => {
    addAround(nodes, unit, { around: who });
    return { from: aroundId(who.id, unit), to: node.id, kind: "caller", label, isCertain };
  };
  if (state === "authenticated") return [from(IDENTIFIED, "signed in", true)];
  return [
    from(ANYONE, state === "public" ? "without sign-in" : "may call: not known", state === "public"),
    ...(hasSignedIn ? [from(IDENTIFIED, "signed in", true)] : []),
  ];
}

function reachLinks(unit: Unit, fold: Fold, reach: CodeReach | undefined): readonly BoxLink[] {
  if (!reach) return [];
  return fold.boxes.flatMap((box) => {
    const found = reach.reachOf(unit, box.id);
    if (!found) return [];
    const from = { box: box.id };
    const phi = (hasPhi: boolean | undefined) => (hasPhi === true ? { hasPhi } : {});
    return [
      ...found.hosts.map(({ host, hasPhi }): BoxLink => ({
        from,
        to: { around: outsideHost(host) },
        kind: "egress",
        label: "its code sends",
        isCertain: true,
        ...phi(hasPhi),
      })),
      ...found.calls
        .filter(({ to }) => unit.graph.resource(to))
        .map(({ to, what, hasPhi }): BoxLink => ({
          from,
          to: { box: fold.hostOf(to) },
          kind: "call",
          label: `its code: ${what}`,
          isCertain: true,
          ...phi(hasPhi),
        })),
    ];
  });
}

type Flat = Omit<BoxLink, "from" | "to"> & { readonly from: string; readonly to: string };

function merge(links: readonly Flat[]): readonly MergedLink[] {
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
  return [...merged.values()].filter(({ from, to, kind, writes }) => {
    // To be started by a queue takes reading it; one arrow says so.
    const back = merged.get(`${to}\n${from}`);
    return !(kind === "call" && !writes && back && (back.kind === "trigger" || back.kind === "data"));
  });
}

/** Edges to what is shared become `uses`: every box has a key and a network, and lines to them would hide the rest. */
function finish(nodes: Map<string, DraftNode>, links: readonly MergedLink[]): Pick<UnitDraft, "nodes" | "edges"> {
  bringOut(nodes, links);
  const boundary = (id: string) => nodes.get(id)?.boundary;
  const isShared = ({ from, to }: MergedLink) => boundary(from) === "shared" || boundary(to) === "shared";
  const isDrawn = (link: MergedLink) => !isShared(link);
  const drawn = links.filter(isDrawn);
  const uses = Map.groupBy(
    links.filter((link) => !isDrawn(link)),
    ({ from }) => from,
  );
  const phi = spreadPhi(
    [...nodes.values()].map((node) => ({
      id: node.id,
      name: node.name,
      boundary: node.boundary,
      own: node.phi.state === "unknown" ? undefined : node.phi,
    })),
    drawn,
  );
  return {
    nodes: [...nodes.values()].map((node) => {
      const used = (uses.get(node.id) ?? []).map(({ to }) => to);
      const network = used.map((id) => nodes.get(id)).find((one) => one?.picture === "network");
      return { ...node, phi: phi.get(node.id) ?? node.phi, uses: used, ...(network ? { network: network.name } : {}) };
    }),
    edges: drawn.map(({ from, to, kind, labels, isCertain, isRead, hasPhi, hasNoPhi, writes, isSignedIn }) => ({
      id: `${from} → ${to}`,
      from,
      to,
      kind,
      labels: [...labels],
      phi: hasNoPhi
        ? "no"
        : edgePhi(
            phi.get(from)?.state === "yes",
            phi.get(to)?.state === "yes",
            hasPhi,
            { kind, isRead, writes },
            boundary(from) === "internet" || boundary(from) === "edge",
          ),
      isCertain,
      isSignedIn: isSignedIn && labels.size > 0,
    })),
  };
}

/** What is called, or calls, is no mere ground of the others: a role that others take on is a door. */
function bringOut(nodes: Map<string, DraftNode>, links: readonly MergedLink[]): void {
  for (const { from, to, kind } of links) {
    if (kind === "reference" || kind === "data") continue;
    for (const [id, boundary] of [
      [from, "functions"],
      [to, "data"],
    ] as const) {
      const node = nodes.get(id);
      if (node?.boundary !== "shared") continue;
      nodes.set(id, { ...node, boundary: node.picture === "identity" || kind === "caller" ? "edge" : boundary });
    }
  }
}

/** Whether PHI goes over it, in either direction. */
function edgePhi(
  source: boolean,
  target: boolean,
  hasPhi: boolean,
  { kind, isRead, writes }: Pick<MergedLink, "kind" | "isRead" | "writes">,
  answers: boolean,
): TopologyEdge["phi"] {
  if (hasPhi) return "yes";
  if (target && (isRead || answers)) return "yes";
  if (source && (kind === "trigger" || kind === "data")) return "yes";
  if (source && target && writes) return "yes";
  return source && (writes || kind === "egress") ? "unknown" : "no";
}
