/** What the marks, colours and lines of the map mean. */
import { markAt, tidy, type Mark } from "./badges.ts";
import { widthOf } from "./fit-text.ts";

interface Entry {
  readonly words: string;
  readonly width: number;
  readonly draw: (x: number, y: number) => string;
}

const ROW = 22;
const PAD = 14;

interface PlacedEntry {
  readonly entry: Entry;
  readonly x: number;
  readonly row: number;
}

export function legendHeight(width: number): number {
  return 14 + ((placeEntries(width).at(-1)?.row ?? 0) + 1) * ROW;
}

export function drawLegend(width: number, left: number, top: number): string {
  const parts = placeEntries(width).map(({ entry, x, row }) => {
    const [at, y] = [left + x, top + 25 + row * ROW];
    return `${entry.draw(at, y)}<text class="w-q w-l" x="${tidy(at + entry.width + 6)}" y="${tidy(y)}">${entry.words}</text>`;
  });
  const frame = `<rect class="w-lane" x="${tidy(left)}" y="${tidy(top)}" width="${tidy(width)}" height="${tidy(legendHeight(width))}" rx="10"/>`;
  return `<g aria-label="Legend">${frame}${parts.join("")}</g>`;
}

function placeEntries(width: number): readonly PlacedEntry[] {
  const placed: PlacedEntry[] = [];
  let [x, row] = [PAD, 0];
  for (const entry of ENTRIES) {
    const taken = entry.width + 6 + widthOf(entry.words, 11.5);
    if (x + taken > width - PAD && x > PAD) [x, row] = [PAD, row + 1];
    placed.push({ entry, x, row });
    x += taken + 18;
  }
  return placed;
}

const ENTRIES: readonly Entry[] = [
  { words: "holds or handles PHI", width: 29, draw: (x, y) => pill(x, y, "PHI", 29, "w-pill", "w-pill-t") },
  { words: "may receive PHI", width: 35, draw: (x, y) => pill(x, y, "PHI?", 35, "w-pill-o", "w-pill-ot") },
  { words: "anyone may call", width: 36, draw: (x, y) => block(x, y, "OPEN", true) },
  { words: "who signs in may call", width: 42, draw: (x, y) => block(x, y, "SIGN-IN", false) },
  { words: "starts it, hands data on", width: 34, draw: (x, y) => wire(x, y, "", "a") },
  { words: "calls, reads, writes", width: 34, draw: (x, y) => wire(x, y, "", "o") },
  { words: "carries PHI", width: 34, draw: (x, y) => wire(x, y, "w-e-phi", "a-phi") },
  { words: "may carry PHI", width: 34, draw: (x, y) => wire(x, y, "w-e-maybe", "o-phi") },
  { words: "from anyone", width: 34, draw: (x, y) => wire(x, y, "w-e-open", "o-open") },
  { words: "leaves to outside", width: 34, draw: (x, y) => wire(x, y, "w-egress", "o") },
  { words: "only named, or not certain", width: 34, draw: (x, y) => wire(x, y, "w-weak", "o") },
  { words: "trust boundary", width: 24, draw: (x, y) => `<path class="w-border" d="M${tidy(x)} ${tidy(y - 4)}h24"/>` },
  ...(["critical", "high", "medium", "low", "undecided", "holds"] as const).map((mark): Entry => ({
    words: mark === "holds" ? "all holds" : mark,
    width: 10,
    draw: (x, y) => markAt(mark satisfies Mark, "", x, y - 9),
  })),
  {
    words: "small resources told of here",
    width: 15,
    draw: (x, y) => `<text class="w-q w-b w-l" x="${tidy(x)}" y="${tidy(y)}">+4</text>`,
  },
];

function pill(x: number, y: number, word: string, width: number, shape: string, label: string): string {
  return `<rect class="${shape}" x="${tidy(x)}" y="${tidy(y - 11.5)}" width="${width}" height="15" rx="7.5"/><text class="${label}" x="${tidy(x + width / 2)}" y="${tidy(y - 0.5)}" text-anchor="middle">${word}</text>`;
}

function block(x: number, y: number, word: string, isOpen: boolean): string {
  const width = isOpen ? 36 : 42;
  return `<g class="${isOpen ? "w-open" : ""}"><rect class="w-i" x="${tidy(x)}" y="${tidy(y - 12)}" width="${width}" height="16" rx="3"/></g><text class="w-x" x="${tidy(x + width / 2)}" y="${tidy(y - 1)}" text-anchor="middle">${word}</text>`;
}

function wire(x: number, y: number, shape: string, marker: string): string {
  return `<path class="w-e ${shape}" d="M${tidy(x)} ${tidy(y - 4)}h34" marker-end="url(#w-${marker})"/>`;
}
