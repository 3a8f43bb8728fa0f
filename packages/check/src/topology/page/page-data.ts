/** What the page's script knows of the map: boxes and lines by their numbers in the SVG, everything as text. */
import type { InventoryRow, Topology, TopologyFinding, TopologyNode } from "../model.ts";
import { plainText } from "../picture/fit-text.ts";
import { edgeLabel, exposureWords, phiWords, reachWords } from "../picture/node-words.ts";

export interface PageData {
  readonly nodes: readonly PageNode[];
  readonly edges: readonly PageEdge[];
  readonly rules: Readonly<Record<string, PageRule>>;
}

interface PageNode {
  readonly name: string;
  readonly type: string;
  readonly words: string;
  readonly place: string;
  /** Sentences that hold for it. */
  readonly facts: readonly string[];
  readonly folded: readonly { readonly name: string; readonly words: string; readonly type: string }[];
  readonly uses: readonly number[];
  readonly findings: readonly PageFinding[];
  /** What the search looks through, in lower case. */
  readonly text: string;
}

interface PageEdge {
  readonly from: number;
  readonly to: number;
  readonly words: string;
  readonly labels: string;
  readonly isOnWay: boolean;
}

interface PageFinding {
  readonly rule: string;
  readonly resource: string;
  readonly state: string;
  readonly because: string;
  readonly place: string;
  readonly mend?: string;
}

interface PageRule {
  readonly title: string;
  readonly severity: string;
  readonly why: string;
  readonly remedy: string;
  readonly snippet: string;
}

const BOUNDARY_FACT = {
  internet: "Calls from the internet",
  edge: "Lies at the edge",
  functions: "Lies among the functions",
  data: "Lies among the data",
  outside: "Lies in the outside world",
  shared: "Is shared",
} as const;

export function pageData(topology: Topology): PageData {
  const numbers = new Map(topology.nodes.map(({ id }, index) => [id, index]));
  const number = (id: string): number => numbers.get(id) ?? -1;
  const names = new Map(topology.nodes.map(({ id, name }) => [id, plainText(name)]));
  const severityOf = new Map(topology.rules.map(({ id, severity }) => [id, severity]));
  const rows = Map.groupBy(topology.inventory, ({ node }) => node);
  return {
    nodes: topology.nodes.map((node) => nodeData(node, rows.get(node.id) ?? [], number, severityOf)),
    edges: topology.edges.map((edge) => ({
      from: number(edge.from),
      to: number(edge.to),
      words: edgeLabel(edge, (id) => names.get(id) ?? id),
      labels: edge.labels.join(", "),
      isOnWay: edge.isOnWayToPhi,
    })),
    rules: Object.fromEntries(
      topology.rules.map(({ id, title, severity, why, remedy, snippet }) => [
        id,
        { title, severity, why, remedy, snippet },
      ]),
    ),
  };
}

function nodeData(
  node: TopologyNode,
  rows: readonly InventoryRow[],
  number: (id: string) => number,
  severityOf: ReadonlyMap<string, keyof typeof GRAVITY>,
): PageNode {
  /** The gravest first, what is open last. */
  const gravity = ({ rule, kind }: TopologyFinding): number =>
    kind === "unknown" ? 9 : GRAVITY[severityOf.get(rule) ?? "low"];
  const own = rows.find(({ id }) => id === node.resource);
  const folded = rows.filter((row) => row !== own);
  const name = plainText(node.name);
  return {
    name,
    type: node.type,
    words: node.words,
    place: own === undefined ? "" : `${own.file}:${own.line}`,
    facts:
      node.resource === undefined ? [BOUNDARY_FACT[node.boundary], phiWords(node), reachWords(node)] : factsOf(node),
    folded: folded.map((row) => ({ name: plainText(row.name), words: row.words, type: row.type })),
    uses: node.uses.map(number),
    findings: rows
      .flatMap((row) => row.findings.map((finding) => ({ row, finding })))
      .toSorted((one, other) => gravity(one.finding) - gravity(other.finding))
      .map(({ row, finding: { rule, kind, state, because, file, line, mend } }) => ({
        rule,
        resource: plainText(row.name),
        state: kind === "unknown" ? "undecided" : kind === "error" ? "the rule broke" : state,
        because,
        place: `${file}:${line}`,
        ...(mend === undefined ? {} : { mend }),
      })),
    text: [name, node.type, node.words, ...folded.map((row) => `${row.name} ${row.type}`)].join(" ").toLowerCase(),
  };
}

function factsOf(node: TopologyNode): readonly string[] {
  return [
    BOUNDARY_FACT[node.boundary],
    phiWords(node),
    exposureWords(node),
    reachWords(node),
    ...(node.egress ? [`May call ${EGRESS[node.egress.state]}: ${node.egress.because}`] : []),
    ...(node.network === undefined ? [] : [`Runs in ${plainText(node.network)}`]),
    ...(node.region === undefined ? [] : [`Region ${node.region}`]),
  ];
}

const GRAVITY = { critical: 0, high: 1, medium: 2, low: 3 } as const;

const EGRESS = { anywhere: "any host", network: "what its network lets it", listed: "listed hosts only" } as const;
