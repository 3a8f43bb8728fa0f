/** What a box or a line says, in words: titles, labels for screen readers, the panel. */
import type { Topology, TopologyEdge, TopologyNode } from "../model.ts";
import { verdictWords } from "./badges.ts";

export function phiWords({ phi }: TopologyNode): string {
  if (phi.state === "yes") return `PHI: ${phi.because}`;
  if (phi.state === "no") return `No PHI: ${phi.because}`;
  return phi.maybe ? `Perhaps PHI: ${phi.because}` : "PHI not known: nothing says what it holds";
}

const EXPOSED = {
  public: "Open to anyone",
  authenticated: "Open to who signs in",
  internal: "Not open to the outside",
  unknown: "Openness not known",
} as const;

export function exposureWords({ exposure }: TopologyNode): string {
  return `${EXPOSED[exposure.state]}: ${exposure.because}`;
}

const REACHED = {
  anyone: "Anyone has a way to it",
  identified: "Who signs in, or is connected, has a way to it",
  nobody: "No way from the internet",
} as const;

export function reachWords({ reachedBy }: TopologyNode): string {
  return REACHED[reachedBy];
}

export function nodeLabel(node: TopologyNode, name: string): string {
  const parts = [name, node.words];
  if (node.phi.state === "yes") parts.push("PHI");
  else if (node.phi.maybe) parts.push("perhaps PHI");
  if (node.exposure.state === "public") parts.push("open to anyone");
  else if (node.exposure.state === "authenticated") parts.push("open to who signs in");
  if (node.folded.length > 0)
    parts.push(`with ${node.folded.length} small ${node.folded.length === 1 ? "resource" : "resources"}`);
  if (node.resource !== undefined) parts.push(verdictWords(node.verdict));
  return parts.join(", ");
}

export function edgeLabel(edge: TopologyEdge, nameOf: (id: string) => string): string {
  const what = edge.labels.length === 0 ? "" : `: ${edge.labels.join(", ")}`;
  const phi = edge.phi === "yes" ? ", carries PHI" : edge.phi === "unknown" ? ", may carry PHI" : "";
  return `${nameOf(edge.from)} → ${nameOf(edge.to)}${what}${phi}${edge.isCertain ? "" : ", not certain"}`;
}

/** What is on the map, in a line. */
export function summaryLine({ summary, nodes }: Topology): string {
  const { phi, exposure, openWaysToPhi, waysToPhi } = summary;
  const ways =
    openWaysToPhi + waysToPhi === 0
      ? "no way from the internet to marked PHI"
      : `ways to stores of PHI: ${openWaysToPhi} for anyone, ${waysToPhi} for who signs in`;
  return [
    `${counted(summary.resources, "resource")} in ${counted(nodes.filter(({ resource }) => resource !== undefined).length, "box", "boxes")}`,
    phi.yes === 0 ? "PHI marked nowhere" : `PHI in ${phi.yes}`,
    `open: ${exposure.public} to anyone, ${exposure.authenticated} to who signs in${exposure.unknown === 0 ? "" : `, ${exposure.unknown} not known`}`,
    ways,
  ].join(" · ");
}

/** The picture in a few sentences. */
export function describeTopology(topology: Topology): string {
  return `By trust boundary, from the internet on the left to the outside world on the right, of ${counted(topology.units.length, "input")}. ${summaryLine(topology)}.`;
}

export function counted(number: number, noun: string, many = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : many}`;
}
