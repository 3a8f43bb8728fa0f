/**
 * The map as a Mermaid flowchart, as code hosts draw it in Markdown. Names are quoted and their signs written as entities,
 * so that none ends a label or starts markup. What is more than those hosts draw is left out and said.
 */
import type { Topology, TopologyEdge, TopologyNode } from "./model.ts";
import { plainText } from "./picture/fit-text.ts";

/** Mermaid draws no more unless it is configured: `maxEdges`, and `maxTextSize` of the whole text. */
const EDGES_MAX = 480;
const TEXT_MAX = 48_000;
const NAME_MAX = 60;
const LABEL_MAX = 40;

const SHAPES: Partial<Record<TopologyNode["picture"], readonly [string, string]>> = {
  people: ["([", "])"],
  bucket: ["[(", ")]"],
  table: ["[(", ")]"],
  database: ["[(", ")]"],
  queue: ["[[", "]]"],
  stream: ["[[", "]]"],
  event: ["{{", "}}"],
  clock: ["{{", "}}"],
  host: ["[/", "/]"],
  account: ["[/", "/]"],
};

const STYLES = [
  "classDef phi stroke:#a1246f,stroke-width:3px",
  "classDef maybe stroke:#a1246f,stroke-width:2px,stroke-dasharray:5 3",
  "classDef open fill:#fdeee4,stroke:#b84300,stroke-width:3px,color:#16202b",
];

export function drawMermaid(topology: Topology): string {
  const numbers = new Map(topology.nodes.map(({ id }, index) => [id, `n${index}`]));
  const lines = [
    "flowchart LR",
    ...topology.boundaries.flatMap(({ id, title }) => boundaryOf(id, title, topology, numbers)),
  ];
  const edges = topology.edges
    .toSorted((one, other) => weight(other) - weight(one))
    .map((edge) => edgeOf(edge, numbers));
  const classes = classesOf(topology, numbers);
  let size = [...lines, ...classes, ...STYLES].reduce((sum, line) => sum + line.length + 3, 0);
  let drawn = 0;
  for (const edge of edges) {
    size += edge.length + 3;
    if (drawn >= EDGES_MAX || size > TEXT_MAX) break;
    drawn++;
  }
  const left = edges.length - drawn;
  const note = left === 0 ? [] : [`  left["${left} connections are left out: the picture would be too large"]`];
  return `${[...lines, ...edges.slice(0, drawn).map((edge) => `  ${edge}`), ...note, ...[...STYLES, ...classes].map((line) => `  ${line}`)].join("\n")}`;
}

function boundaryOf(
  boundary: TopologyNode["boundary"],
  title: string,
  { nodes, units }: Topology,
  numbers: ReadonlyMap<string, string>,
): readonly string[] {
  const own = nodes.filter((node) => node.boundary === boundary);
  if (own.length === 0) return [];
  return [
    `  subgraph ${boundary}_lane["${title}"]`,
    ...own.map(
      (node) =>
        `    ${nodeOf(node, numbers.get(node.id) ?? "n", units.length > 1 ? (units[node.unit]?.file ?? "") : "")}`,
    ),
    "  end",
  ];
}

function nodeOf(node: TopologyNode, number: string, file: string): string {
  const [open, close] = SHAPES[node.picture] ?? ["[", "]"];
  const marks = [
    node.phi.state === "yes" ? "PHI" : node.phi.maybe ? "PHI?" : "",
    node.exposure.state === "public" ? "OPEN" : node.exposure.state === "authenticated" ? "SIGN-IN" : "",
  ].filter((mark) => mark !== "");
  const { critical, high, medium, low } = node.verdict;
  const failing = critical + high + medium + low;
  const below = [
    node.words,
    ...marks,
    ...(failing > 0 ? [`${failing} failing`] : []),
    ...(file === "" ? [] : [file]),
  ].join(" · ");
  return `${number}${open}"${label(node.name, NAME_MAX)}<br/>${label(below, NAME_MAX * 2)}"${close}`;
}

function edgeOf(edge: TopologyEdge, numbers: ReadonlyMap<string, string>): string {
  const arrow = edge.phi === "yes" ? "==>" : edge.isCertain && edge.kind !== "egress" ? "-->" : "-.->";
  const said = label(edge.labels.join(", "), LABEL_MAX);
  return `${numbers.get(edge.from) ?? "n"} ${arrow}${said === "" ? "" : `|"${said}"|`} ${numbers.get(edge.to) ?? "n"}`;
}

function classesOf({ nodes }: Topology, numbers: ReadonlyMap<string, string>): readonly string[] {
  const of = (name: string, matches: (node: TopologyNode) => boolean): readonly string[] => {
    const ids = nodes.filter(matches).map(({ id }) => numbers.get(id) ?? "n");
    return ids.length === 0 ? [] : [`class ${ids.join(",")} ${name}`];
  };
  return [
    ...of("phi", ({ phi }) => phi.state === "yes"),
    ...of("maybe", ({ phi }) => phi.maybe),
    ...of("open", ({ exposure }) => exposure.state === "public"),
  ];
}

function weight({ isOnWayToPhi, phi, kind }: TopologyEdge): number {
  return (isOnWayToPhi ? 4 : 0) + (phi === "yes" ? 2 : 0) + (kind === "reference" ? -1 : 0);
}

/** Letters, digits and a few signs as they are, everything else as an entity in Mermaid's own spelling. */
function label(text: string, longest: number): string {
  const clean = [...plainText(text)];
  const kept = clean.length > longest ? [...clean.slice(0, longest - 1), "…"] : clean;
  return kept
    .map((sign) => (/[\p{L}\p{M}\p{N} ,.…·/:_+?=-]/u.test(sign) ? sign : `#${sign.codePointAt(0) ?? 32};`))
    .join("");
}
