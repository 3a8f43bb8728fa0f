/**
 * The map as one SVG: no script, nothing from elsewhere, well-formed whatever names are in it, with a title and a label for
 * every box and line. The same topology gives the same bytes.
 */
import { escapeMarkup as text } from "../../report/markup.ts";
import type { Boundary } from "../kinds.ts";
import type { Topology, TopologyEdge, TopologyNode } from "../model.ts";
import { tidy, verdictMarks } from "./badges.ts";
import { fitLine, fitLines, plainText, widthOf } from "./fit-text.ts";
import { ICONS } from "./icons.ts";
import { drawLegend } from "./legend.ts";
import { counted, describeTopology, edgeLabel, nodeLabel, summaryLine } from "./node-words.ts";
import { setScene, SHEET, type Scene } from "./scene.ts";
import { mapStyle } from "./style.ts";
import type { Box, Point } from "../layout/places.ts";

const ICON_WIDTH = 36;
const CORNER = 7;

export function drawMap(topology: Topology): string {
  const scene = setScene(topology);
  const { width, height } = scene;
  const names = new Map(topology.nodes.map(({ id, name }) => [id, plainText(name)]));
  const nameOf = (id: string): string => names.get(id) ?? id;
  const numbers = new Map(topology.nodes.map(({ id }, index) => [id, index]));
  const size = `viewBox="0 0 ${tidy(width)} ${tidy(height)}" width="${tidy(width)}" height="${tidy(height)}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="ward-map" ${size} role="graphics-document" aria-roledescription="map" aria-labelledby="w-title w-desc" lang="en">`,
    `<title id="w-title">${text(titleOf(topology))}</title><desc id="w-desc">${text(describeTopology(topology))}</desc>`,
    `<style>${mapStyle(".ward-map")}</style>`,
    `<defs>${MARKERS}<clipPath id="w-clip"><rect width="${224 - 6}" height="66"/></clipPath></defs>`,
    `<rect class="w-paper" width="${tidy(width)}" height="${tidy(height)}"/>`,
    heading(topology, width),
    ...scene.lanes.map((lane) => drawLane(lane, topology)),
    ...borders(scene),
    ...(scene.shared ? [drawShared(scene.shared, topology)] : []),
    ...drawBands(scene, topology),
    `<g role="list" aria-label="Connections">`,
    ...inOrder(scene).map(({ edge, points }) => drawLine(edge, points, topology.edges.indexOf(edge), nameOf, topology)),
    `</g><g role="list" aria-label="Resources">`,
    ...scene.cards.map(({ node, box }) => drawCard(node, box, numbers.get(node.id) ?? 0)),
    `</g>`,
    drawLegend(width - SHEET.margin * 2, SHEET.margin, scene.legendTop),
    "</svg>",
  ].join("\n");
}

export function titleOf({ title }: Topology): string {
  return `Topology of ${plainText(title)}`;
}

const MARKERS = (["", "-phi", "-open"] as const)
  .flatMap((kind) => [
    `<marker id="w-a${kind}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto"><path class="w-m${kind}" d="M0 0.5 10 5 0 9.5Z"/></marker>`,
    `<marker id="w-o${kind}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto"><path class="w-o${kind}" d="M1.5 1 9 5 1.5 9"/></marker>`,
  ])
  .join("");

function heading(topology: Topology, width: number): string {
  const { margin } = SHEET;
  const { summary, units, at } = topology;
  const room = width - margin * 2;
  const files = units.map(({ file }) => file);
  const source = `${at.slice(0, 10)} · ${files.length <= 3 ? files.join(", ") : `${files.slice(0, 2).join(", ")} and ${files.length - 2} more`}`;
  const line = summaryLine(topology);
  const marks = verdictMarks(summary.verdict, width - margin, margin + 8);
  const elsewhere =
    summary.elsewhere > 0
      ? `; ${counted(summary.elsewhere, "failure")} beside the map (files, packages): see the report`
      : "";
  return [
    `<text class="w-t w-h" x="${margin}" y="${margin + 20}">${text(fitLine(titleOf(topology), room - marks.width - 20, 24, true))}</text>`,
    marks.markup,
    `<text class="w-q w-s" x="${margin}" y="${margin + 42}">${text(fitLine(`${source}${elsewhere}`, room, 13))}</text>`,
    `<text class="w-t w-s" x="${margin}" y="${margin + 62}">${text(fitLine(line, room, 13))}</text>`,
  ].join("");
}

function drawLane({ boundary, x, y, width, height }: Scene["lanes"][number], topology: Topology): string {
  return `<g>${frame({ x, y, width, height })}${laneTitle(boundary, x, y, width, topology)}</g>`;
}

function drawShared(box: Box, topology: Topology): string {
  return `<g>${frame(box)}${laneTitle("shared", box.x, box.y, box.width, topology)}</g>`;
}

function frame({ x, y, width, height }: Box): string {
  return `<rect class="w-lane" x="${tidy(x)}" y="${tidy(y)}" width="${tidy(width)}" height="${tidy(height)}" rx="10"/>`;
}

function laneTitle(boundary: Boundary, x: number, y: number, width: number, { boundaries }: Topology): string {
  const found = boundaries.find(({ id }) => id === boundary);
  const title = found?.title ?? boundary;
  const about = fitLine(found?.about ?? "", width - widthOf(title, 14, true) - 36, 11.5);
  return `<text class="w-lt" x="${tidy(x + 14)}" y="${tidy(y + 25)}">${text(title)} <tspan class="w-la" dx="4">${text(about)}</tspan></text>`;
}

/** A trust boundary lies between two lanes. */
function borders({ lanes }: Scene): readonly string[] {
  return lanes.slice(1).map((lane, index) => {
    const before = lanes[index];
    const x = before ? (before.x + before.width + lane.x) / 2 : lane.x;
    return `<path class="w-border" d="M${tidy(x)} ${tidy(lane.y - 4)}V${tidy(lane.y + lane.height + 4)}"><title>Trust boundary</title></path>`;
  });
}

function drawBands({ bands, lanes }: Scene, { units }: Topology): readonly string[] {
  if (units.length < 2) return [];
  const [first] = lanes;
  const end = lanes.at(-1);
  if (!first || !end) return [];
  return bands.map(({ y, unit }) => {
    const name = fitLine(units[unit]?.file ?? "", end.x + end.width - first.x - 40, 12.5, true);
    const top = y - 36;
    return `<path class="w-border" d="M${tidy(first.x)} ${tidy(top)}H${tidy(end.x + end.width)}"/><text class="w-t w-s w-b" x="${tidy(first.x + 14)}" y="${tidy(top + 17)}">${text(name)}</text>`;
  });
}

/** What matters most lies on top. */
function inOrder({ lines }: Scene): Scene["lines"] {
  const weight = ({ phi, kind }: TopologyEdge): number =>
    phi === "yes" ? 2 : phi === "unknown" || kind === "caller" ? 1 : 0;
  return lines.toSorted((one, other) => weight(one.edge) - weight(other.edge));
}

function drawLine(
  edge: TopologyEdge,
  points: readonly Point[],
  index: number,
  nameOf: (id: string) => string,
  { nodes }: Topology,
): string {
  const isOpen =
    edge.kind === "caller" && nodes.find(({ id }) => id === edge.from)?.name === "Anyone" && edge.isCertain;
  const colour = edge.phi === "yes" ? "phi" : isOpen ? "open" : edge.phi === "unknown" ? "maybe" : "";
  const weak = !edge.isCertain || edge.kind === "reference" ? " w-weak" : edge.kind === "egress" ? " w-egress" : "";
  const marker = `w-${edge.kind === "trigger" || edge.kind === "data" ? "a" : "o"}${colour === "open" ? "-open" : colour === "" ? "" : "-phi"}`;
  return `<path id="w-e${index}" class="w-e${colour === "" ? "" : ` w-e-${colour}`}${weak}" d="${rounded(points)}" marker-end="url(#${marker})" role="listitem"><title>${text(edgeLabel(edge, nameOf))}</title></path>`;
}

/** The corners of a line, rounded as far as its parts are long. */
function rounded(points: readonly Point[]): string {
  const [start] = points;
  if (!start) return "";
  const parts = [`M${tidy(start.x)} ${tidy(start.y)}`];
  for (let index = 1; index < points.length; index++) {
    const [before, at, next] = [points[index - 1], points[index], points[index + 1]];
    if (!before || !at) continue;
    if (!next) {
      parts.push(`L${tidy(at.x)} ${tidy(at.y)}`);
      continue;
    }
    const into = toward(at, before);
    const out = toward(at, next);
    parts.push(`L${tidy(into.x)} ${tidy(into.y)}Q${tidy(at.x)} ${tidy(at.y)} ${tidy(out.x)} ${tidy(out.y)}`);
  }
  return parts.join("");
}

function toward(from: Point, to: Point): Point {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(dx, dy);
  const step = Math.min(CORNER, length / 2);
  return length === 0 ? from : { x: from.x + (dx / length) * step, y: from.y + (dy / length) * step };
}

function drawCard(node: TopologyNode, { x, y, width, height }: Box, index: number): string {
  const name = plainText(node.name);
  const pill = phiPill(node, width);
  const names = fitLines(name, [width - ICON_WIDTH - 16 - pill.width, width - ICON_WIDTH - 16], 13, true);
  const marks = verdictMarks(node.verdict, width - 9, height - 18);
  const more = node.folded.length > 0 ? ` +${node.folded.length}` : "";
  const words = fitLine(node.words, width - ICON_WIDTH - 20 - marks.width - widthOf(more, 10.5), 10.5);
  const classes = [
    "w-card",
    node.phi.state === "yes" ? "w-phi" : node.phi.maybe ? "w-maybe" : "",
    node.exposure.state === "public" ? "w-open" : "",
    node.resource === undefined ? "w-around" : "",
  ].filter((one) => one !== "");
  const nameTop = names.length > 1 ? 18 : 25;
  const lines = names.map(
    (line, at) => `<text class="w-n" x="${ICON_WIDTH + 9}" y="${nameTop + at * 15.5}">${text(line)}</text>`,
  );
  return [
    `<g id="w-n${index}" class="${classes.join(" ")}" transform="translate(${tidy(x)} ${tidy(y)})" role="listitem" aria-label="${text(nodeLabel(node, name))}">`,
    `<title>${text(`${name} (${node.type})`)}</title>`,
    `<rect class="w-c" width="${width}" height="${height}" rx="7"/>`,
    `<path class="w-i" d="M7 0H${ICON_WIDTH}V${height}H7A7 7 0 0 1 0 ${height - 7}V7A7 7 0 0 1 7 0Z"/>`,
    `<path class="w-p" transform="translate(6 ${exposureText(node) === "" ? 21 : 12}) scale(1.2)" d="${ICONS[node.picture]}"/>`,
    exposureMark(node, height),
    `<g clip-path="url(#w-clip)">${lines.join("")}<text class="w-k" x="${ICON_WIDTH + 9}" y="${height - 9}">${text(words)}${more === "" ? "" : `<tspan class="w-b">${more}</tspan>`}</text></g>`,
    pill.markup,
    marks.markup,
    `</g>`,
  ].join("");
}

function exposureText({ exposure }: TopologyNode): string {
  return exposure.state === "public" ? "OPEN" : exposure.state === "authenticated" ? "SIGN-IN" : "";
}

function exposureMark(node: TopologyNode, height: number): string {
  const word = exposureText(node);
  if (word === "") return "";
  return `<text class="w-x" x="${ICON_WIDTH / 2}" y="${height - 10}" text-anchor="middle"${word.length > 5 ? ` textLength="33" lengthAdjust="spacingAndGlyphs"` : ""}>${word}</text>`;
}

function phiPill({ phi }: TopologyNode, width: number): { readonly markup: string; readonly width: number } {
  if (phi.state !== "yes" && !phi.maybe) return { markup: "", width: 0 };
  const isSure = phi.state === "yes";
  const word = isSure ? "PHI" : "PHI?";
  const wide = isSure ? 29 : 35;
  const x = width - wide - 7;
  return {
    markup: `<rect class="${isSure ? "w-pill" : "w-pill-o"}" x="${x}" y="6.5" width="${wide}" height="15" rx="7.5"/><text class="${isSure ? "w-pill-t" : "w-pill-ot"}" x="${x + wide / 2}" y="17.5" text-anchor="middle">${word}</text>`,
    width: wide + 4,
  };
}
