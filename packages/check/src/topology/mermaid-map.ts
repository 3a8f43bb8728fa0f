/**
 * The map as a Mermaid flowchart, as code hosts draw it in Markdown. Names are quoted and their signs written as entities,
 * so that none ends a label or starts markup. What is more than those hosts draw is left out and said.
 */
import type { Topology, TopologyEdge, TopologyNode } from "./model.ts";
import { plainText } from "./picture/fit-text.ts";

/** Mermaid draws no more unless it is configured: `maxEdges`, and `maxTextSize` of the whole text. */
const EDGES_MAX = 480;
const TEXT_MAX = 48_000;
const NODES_TEXT_MAX = 32_000;
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
  const texts = new Map(topology.nodes.map((node) => [node.id, nodeOf(node, numbers.get(node.id) ?? "n", topology)]));
  const shown = new Set(
    within(
      NODES_TEXT_MAX,
      topology.nodes.toSorted((one, other) => nodeWeight(other) - nodeWeight(one)),
      ({ id }) => texts.get(id) ?? "",
    ).map(({ id }) => id),
  );
  const boxes = topology.boundaries.flatMap(({ id, title }) => {
    const own = topology.nodes.filter((node) => node.boundary === id && shown.has(node.id));
    return own.length === 0
      ? []
      : [`  subgraph ${id}_lane["${title}"]`, ...own.map((node) => `    ${texts.get(node.id) ?? ""}`), "  end"];
  });
  const classes = [...STYLES, ...classesOf(topology, shown, numbers)].map((line) => `  ${line}`);
  const taken = [...boxes, ...classes].reduce((sum, line) => sum + line.length + 1, 0);
  const arrows = topology.edges
    .filter(({ from, to }) => shown.has(from) && shown.has(to))
    .toSorted((one, other) => edgeWeight(other) - edgeWeight(one))
    .map((edge) => `  ${edgeOf(edge, numbers)}`);
  const drawn = within(TEXT_MAX - taken, arrows, (arrow) => arrow).slice(0, EDGES_MAX);
  const left = [
    [topology.nodes.length - shown.size, "boxes"],
    [topology.edges.length - drawn.length, "connections"],
  ] as const;
  const said = left.flatMap(([count, what]) => (count > 0 ? [`${count} ${what}`] : [])).join(" and ");
  const note = said === "" ? [] : [`  left["${said} are left out: the picture would be too large"]`];
  return ["flowchart LR", ...boxes, ...drawn, ...note, ...classes].join("\n");
}

/** As many of the first as have room. */
function within<Item>(room: number, items: readonly Item[], textOf: (item: Item) => string): readonly Item[] {
  let used = 0;
  const end = items.findIndex((item) => {
    used += textOf(item).length + 8;
    return used > room;
  });
  return end < 0 ? items : items.slice(0, end);
}

function nodeOf(node: TopologyNode, number: string, { units }: Topology): string {
  const file = units.length > 1 ? (units[node.unit]?.file ?? "") : "";
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

function classesOf(
  { nodes }: Topology,
  shown: ReadonlySet<string>,
  numbers: ReadonlyMap<string, string>,
): readonly string[] {
  const of = (name: string, matches: (node: TopologyNode) => boolean): readonly string[] => {
    const ids = nodes.filter((node) => shown.has(node.id) && matches(node)).map(({ id }) => numbers.get(id) ?? "n");
    return ids.length === 0 ? [] : [`class ${ids.join(",")} ${name}`];
  };
  return [
    ...of("phi", ({ phi }) => phi.state === "yes"),
    ...of("maybe", ({ phi }) => phi.maybe),
    ...of("open", ({ exposure }) => exposure.state === "public"),
  ];
}

function nodeWeight({ phi, exposure, boundary }: TopologyNode): number {
  const marks = (phi.state === "yes" ? 4 : phi.maybe ? 1 : 0) + (exposure.state === "public" ? 4 : 0);
  return boundary === "shared" ? -1 : marks + (boundary === "internet" ? 8 : 0);
}

function edgeWeight({ isOnWayToPhi, phi, kind }: TopologyEdge): number {
  return (isOnWayToPhi ? 4 : 0) + (phi === "yes" ? 2 : 0) + (kind === "reference" ? -1 : 0);
}

/** Letters, digits and a few signs as they are, everything else as an entity in Mermaid's own spelling. */
function label(text: string, longest: number): string {
  const clean = Array.from(plainText(text));
  const kept = clean.length > longest ? [...clean.slice(0, longest - 1), "…"] : clean;
  return kept
    .map((sign) => (/[\p{L}\p{M}\p{N} ,.…·/:_+?=-]/u.test(sign) ? sign : `#${sign.codePointAt(0) ?? 32};`))
    .join("");
}
