/** From judged units to the topology: boxes, arrows between them, who gets where, and where PHI is. Pure. */
import type { JudgedUnit } from "../analyses/analysis.ts";
import type { Unit } from "../readers/read-unit.ts";
import type { Report, ReportedFinding } from "../report/report.ts";
import type { DraftNode } from "./draft-node.ts";
import { drawUnit, type DraftEdge } from "./draft.ts";
import { BOUNDARIES, type Boundary } from "./kinds.ts";
import {
  TOPOLOGY_SCHEMA,
  type Exposure,
  type InventoryRow,
  type Knowledge,
  type Topology,
  type TopologyEdge,
  type TopologyNode,
  type TopologySummary,
  type VerdictCounts,
} from "./model.ts";
import type { CodeReach } from "./reach.ts";
import { addVerdicts, verdictOf } from "./verdict.ts";
import { reachableFrom } from "./ways.ts";

export interface TopologyInput {
  readonly units: readonly JudgedUnit[];
  /** The report of the same run: what became of each finding, and what the rules mean. */
  readonly report: Report;
  readonly reach?: CodeReach;
}

const ABOUT: Readonly<Record<Boundary, readonly [title: string, about: string]>> = {
  internet: ["Internet", "who calls"],
  edge: ["Edge", "where requests enter"],
  functions: ["Functions", "what runs"],
  data: ["Data", "what keeps"],
  outside: ["Outside world", "where data goes"],
  shared: ["Shared", "keys, networks, identities, watch"],
};

export function makeTopology({ units, report, reach }: TopologyInput): Topology {
  const shown = units.filter(({ unit }) => unit.graph.resources.length > 0);
  const drafts = shown.map(({ unit }, index) => {
    const findings = findingsOf(unit, units, report);
    return { unit, findings, draft: drawUnit(unit, index, findings, reach) };
  });
  const inventory = drafts.flatMap(({ unit, findings, draft }, index) => rowsOf(unit, index, findings, draft.nodeOf));
  const edges = drafts.flatMap(({ draft }) => waysTo(draft.nodes, draft.edges));
  const nodes = drafts.flatMap(({ draft }) => placed(draft.nodes, draft.edges, inventory));
  const asked = new Set(inventory.flatMap(({ findings }) => findings.map(({ rule }) => rule)));
  return {
    schema: TOPOLOGY_SCHEMA,
    title: titleOf(shown.map(({ unit }) => unit)),
    at: report.at,
    units: shown.map(({ unit: { file, format } }) => ({ file, format })),
    summary: summaryOf(nodes, edges, inventory, report),
    boundaries: BOUNDARIES.map((id) => ({ id, title: ABOUT[id][0], about: ABOUT[id][1] })),
    nodes,
    edges,
    inventory,
    rules: report.rules
      .filter(({ id }) => asked.has(id))
      .map(({ id, title, severity, why, remedy, snippet }) => ({ id, title, severity, why, remedy, snippet })),
  };
}

type Findings = ReadonlyMap<string, readonly ReportedFinding[]>;

/** By the id of the resource. The report lists units in the order of the run. */
function findingsOf(unit: Unit, units: readonly JudgedUnit[], report: Report): Findings {
  const reported = report.units[units.findIndex((one) => one.unit === unit)]?.resources ?? [];
  return new Map(
    [...Map.groupBy(reported, ({ id }) => id)].map(([id, same]) => [id, same.flatMap(({ findings }) => findings)]),
  );
}

/** The app's name where there is one, else the first file's. */
function titleOf(units: readonly Unit[]): string {
  const [app] = units.flatMap(({ graph }) => graph.ofType("Ward::App"));
  const name = app?.name ?? units[0]?.file ?? "nothing";
  return units.length < 2 ? name : `${name} and ${units.length - 1} more`;
}

function rowsOf(
  { graph }: Unit,
  unit: number,
  findings: Findings,
  nodeOf: (resource: string) => { readonly id: string; readonly words: (type: string) => string },
): readonly InventoryRow[] {
  return graph.resources.map((resource) => {
    const own = findings.get(resource.id) ?? [];
    const { file, line } = resource.spot.source.positionAt(resource.spot.offset);
    const node = nodeOf(resource.id);
    return {
      id: resource.id,
      unit,
      name: resource.name,
      type: resource.type,
      words: node.words(resource.type),
      node: node.id,
      file,
      line,
      verdict: verdictOf(own),
      findings: own.flatMap((one) =>
        one.kind === "pass"
          ? []
          : [
              {
                rule: one.rule,
                kind: one.kind,
                state: one.state,
                because: one.because,
                file: one.file,
                line: one.line,
                ...(one.mend === undefined ? {} : { mend: one.mend }),
              },
            ],
      ),
    };
  });
}

/** Adds who gets there, and the verdict of all that a box tells of. */
function placed(
  nodes: readonly DraftNode[],
  edges: readonly DraftEdge[],
  inventory: readonly InventoryRow[],
): readonly TopologyNode[] {
  const anyone = reachableFrom(startsOf(nodes, "anyone"), openEdges(edges));
  const identified = reachableFrom(startsOf(nodes, "identified"), edges);
  const rows = Map.groupBy(inventory, ({ node }) => node);
  return nodes.map((node) => ({
    ...node,
    reachedBy: anyone.has(node.id) ? "anyone" : identified.has(node.id) ? "identified" : "nobody",
    verdict: addVerdicts((rows.get(node.id) ?? []).map(({ verdict }) => verdict)),
  }));
}

/** Those that somebody without a name gets over. */
function openEdges(edges: readonly DraftEdge[]): readonly DraftEdge[] {
  return edges.filter(({ isSignedIn }) => !isSignedIn);
}

function startsOf(nodes: readonly DraftNode[], who: "anyone" | "identified"): readonly string[] {
  return nodes
    .filter(({ id, boundary }) => boundary === "internet" && id.endsWith("@anyone") === (who === "anyone"))
    .map(({ id }) => id);
}

function waysTo(nodes: readonly DraftNode[], edges: readonly DraftEdge[]): readonly TopologyEdge[] {
  const reached = reachableFrom(
    nodes.filter(({ boundary }) => boundary === "internet").map(({ id }) => id),
    edges,
  );
  const leading = reachableFrom(
    nodes.filter(keepsPhi).map(({ id }) => id),
    edges,
    true,
  );
  return edges.map((edge) => ({ ...edge, isOnWayToPhi: reached.has(edge.from) && leading.has(edge.to) }));
}

function keepsPhi({ boundary, phi }: Pick<DraftNode, "boundary" | "phi">): boolean {
  return boundary === "data" && phi.state === "yes";
}

function summaryOf(
  nodes: readonly TopologyNode[],
  edges: readonly TopologyEdge[],
  inventory: readonly InventoryRow[],
  report: Report,
): TopologySummary {
  const own = nodes.filter(({ resource }) => resource !== undefined);
  const phi = (state: Knowledge) => own.filter((node) => node.phi.state === state).length;
  const doors = nodes.filter(({ resource, boundary }) => resource !== undefined || boundary === "edge");
  const exposure = (state: Exposure) => doors.filter((node) => node.exposure.state === state).length;
  const stores = nodes.filter(keepsPhi);
  return {
    resources: inventory.filter(({ type }) => !/^Ward::(Template|Parameter|Region)$/.test(type)).length,
    nodes: nodes.length,
    edges: edges.length,
    phi: { yes: phi("yes"), no: phi("no"), unknown: phi("unknown") },
    exposure: {
      public: exposure("public"),
      authenticated: exposure("authenticated"),
      internal: exposure("internal"),
      unknown: exposure("unknown"),
    },
    openWaysToPhi: stores.filter(({ reachedBy }) => reachedBy === "anyone").length,
    waysToPhi: stores.filter(({ reachedBy }) => reachedBy === "identified").length,
    verdict: addVerdicts(inventory.map(({ verdict }) => verdict)),
    elsewhere: failuresBeside(inventory, report),
  };
}

function failuresBeside(inventory: readonly InventoryRow[], report: Report): number {
  const failing = ({ critical, high, medium, low }: VerdictCounts): number => critical + high + medium + low;
  return Math.max(0, report.summary.fail - inventory.reduce((sum, { verdict }) => sum + failing(verdict), 0));
}
