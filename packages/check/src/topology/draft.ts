/** The nodes and edges of one unit, before it is known who gets to them. */
import type { Unit } from "../readers/read-unit.ts";
import type { ReportedFinding } from "../report/report.ts";
import type { Around, BoxLink, End } from "./box-link.ts";
import { aroundNode, boxNode, idOf, type DraftNode } from "./draft-node.ts";
import { foldGraph, type Fold } from "./fold.ts";
import { kindOf } from "./kinds.ts";
import { linksOf } from "./links.ts";
import { mergeLinks, type MergedLink, type NodeLink } from "./merge-links.ts";
import type { TopologyEdge } from "./model.ts";
import { outsideHost } from "./outside-hosts.ts";
import { spreadPhi } from "./phi.ts";
import type { CodeReach } from "./reach.ts";

export type DraftEdge = Omit<TopologyEdge, "isOnWayToPhi">;

export interface UnitDraft {
  readonly nodes: readonly DraftNode[];
  readonly edges: readonly DraftEdge[];
  readonly nodeOf: (resource: string) => { readonly id: string; readonly words: (type: string) => string };
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
  const merged = mergeLinks([...flat, ...doors]);
  return {
    ...finish(nodes, merged),
    nodeOf: (resource) => ({ id: idOf(index, fold.hostOf(resource)), words: (type) => kindOf(type).words }),
  };
}

function endId(end: End, unit: number): string {
  return "box" in end ? idOf(unit, end.box) : aroundId(end.around.id, unit);
}

/** An at-sign that no resource's node has in this place keeps the two apart. */
function aroundId(id: string, unit: number): string {
  return `${unit}@${id}`;
}

function addAround(nodes: Map<string, DraftNode>, unit: number, end: End): void {
  if ("box" in end) return;
  const { around } = end;
  const id = aroundId(around.id, unit);
  if (!nodes.has(id)) nodes.set(id, aroundNode(id, unit, around));
}

/** From the internet to what lets it in. */
function callers(
  node: DraftNode,
  hasSignedIn: boolean,
  nodes: Map<string, DraftNode>,
  unit: number,
): readonly NodeLink[] {
  const { state } = node.exposure;
  if (state === "internal" || (state === "unknown" && (node.boundary !== "edge" || node.resource === undefined)))
    return [];
  if (node.boundary === "shared" && state !== "public") return [];
  const from = (who: Around, label: string, isCertain: boolean): NodeLink => {
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
      own: node.phi,
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
      if (node?.boundary !== "shared" || node.picture === "network" || node.picture === "key") continue;
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
