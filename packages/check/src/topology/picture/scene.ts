/** The topology on its sheet: boxes and lines placed, and what is shared in rows below. */
import { isMessenger, type Boundary } from "../kinds.ts";
import { layOut, type Layout } from "../layout/layout.ts";
import { CARD, type Box } from "../layout/places.ts";
import type { Topology, TopologyEdge, TopologyNode } from "../model.ts";
import { legendHeight } from "./legend.ts";

export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly cards: readonly { readonly node: TopologyNode; readonly box: Box }[];
  readonly lines: readonly {
    readonly edge: TopologyEdge;
    readonly points: Layout["lines"] extends ReadonlyMap<number, infer Points> ? Points : never;
  }[];
  readonly lanes: readonly (Box & { readonly boundary: Boundary })[];
  readonly bands: readonly (Box & { readonly unit: number })[];
  /** Below the lanes; absent where nothing is shared. */
  readonly shared?: Box;
  /** Where the lanes begin, below the heading, and where the legend does. */
  readonly lanesTop: number;
  readonly legendTop: number;
}

export const SHEET = { margin: 28, heading: 92, laneHead: 40, widthMin: 1180, gap: 14 } as const;
const LANES: readonly Boundary[] = ["internet", "edge", "functions", "data", "outside"];

export function setScene({ nodes, edges }: Topology): Scene {
  const placed = nodes.filter(({ boundary }) => boundary !== "shared");
  const sharedNodes = nodes.filter((node) => node.boundary === "shared" && hasSay(node));
  const started = new Set(edges.map(({ to }) => to));
  const layout = layOut(
    placed.map((node) => ({
      id: node.id,
      lane: LANES.indexOf(node.boundary),
      rank: rankOf(node, started),
      band: node.unit,
    })),
    edges,
  );
  const inner = Math.max(layout.width, SHEET.widthMin - SHEET.margin * 2);
  const left = SHEET.margin + (inner - layout.width) / 2;
  const lanesTop = SHEET.margin + SHEET.heading;
  const cardsTop = lanesTop + SHEET.laneHead;
  const moved = (box: Box): Box => ({ ...box, x: box.x + left, y: box.y + cardsTop });
  const lanesBottom = cardsTop + (placed.length === 0 ? 0 : layout.height);
  const shared = sharedNodes.length === 0 ? undefined : sharedRows(sharedNodes, inner, lanesBottom + SHEET.gap);
  const legendTop = (shared ? shared.box.y + shared.box.height : lanesBottom) + SHEET.gap;
  const cards = placed.flatMap((node) => {
    const box = layout.cards.get(node.id);
    return box ? [{ node, box: moved(box) }] : [];
  });
  return {
    width: inner + SHEET.margin * 2,
    height: legendTop + legendHeight(inner) + SHEET.margin,
    cards: [...readingOrder(cards), ...(shared?.cards ?? [])],
    lines: edges.flatMap((edge, index) => {
      const points = layout.lines.get(index);
      return points ? [{ edge, points: points.map(({ x, y }) => ({ x: x + left, y: y + cardsTop })) }] : [];
    }),
    lanes:
      placed.length === 0
        ? []
        : layout.lanes.map(({ lane, ...box }) => ({
            ...moved(box),
            y: lanesTop,
            height: box.height + SHEET.laneHead,
            boundary: LANES[lane] ?? "functions",
          })),
    bands: layout.bands.map(({ band, ...box }) => ({ ...moved(box), unit: band })),
    ...(shared ? { shared: shared.box } : {}),
    lanesTop,
    legendTop,
  };
}

/** A template as a whole is no resource of anybody's: it is drawn where something is said of it. */
function hasSay({ type, verdict }: TopologyNode): boolean {
  const { critical, high, medium, low, undecided } = verdict;
  return type !== "Ward::Template" || critical + high + medium + low + undecided > 0;
}

/** What starts others and is started by nothing stands first, what carries messages on last. */
function rankOf(node: TopologyNode, started: ReadonlySet<string>): number {
  if (node.boundary !== "functions") return 0;
  const carries = isMessenger(node.type) || node.picture === "clock" || node.picture === "event";
  if (!carries) return 1;
  return started.has(node.id) ? 2 : 0;
}

function readingOrder<Card extends { readonly box: Box }>(cards: readonly Card[]): readonly Card[] {
  return cards.toSorted((one, other) => one.box.x - other.box.x || one.box.y - other.box.y);
}

function sharedRows(
  nodes: readonly TopologyNode[],
  width: number,
  top: number,
): { readonly cards: Scene["cards"]; readonly box: Box } {
  const inner = width - SHEET.gap * 2;
  const columns = Math.max(1, Math.floor((inner + SHEET.gap) / (CARD.width + SHEET.gap)));
  const rows = Math.ceil(nodes.length / columns);
  const cards = nodes.map((node, index) => ({
    node,
    box: {
      x: SHEET.margin + SHEET.gap + (index % columns) * (CARD.width + SHEET.gap),
      y: top + SHEET.laneHead + Math.floor(index / columns) * (CARD.height + SHEET.gap),
      ...CARD,
    },
  }));
  return { cards, box: { x: SHEET.margin, y: top, width, height: SHEET.laneHead + rows * (CARD.height + SHEET.gap) } };
}
