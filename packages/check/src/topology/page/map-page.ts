/**
 * The map as one HTML file that opens without a server: the SVG, an inventory of every resource, and the findings of each.
 * INVARIANT: nothing is fetched; only this file's own script and styles run, each named by its hash; what is shown of a
 * template is text, never markup.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { escapeMarkup as text } from "../../report/markup.ts";
import type { InventoryRow, Topology, TopologyNode } from "../model.ts";
import { tidy, verdictMarks, verdictWords } from "../picture/badges.ts";
import { plainText } from "../picture/fit-text.ts";
import { counted } from "../picture/node-words.ts";
import { drawMap, titleOf } from "../picture/svg-map.ts";
import { pageData } from "./page-data.ts";
import { PAGE_STYLE } from "./page-style.ts";

const SCRIPT = new URL("map.browser.mjs", import.meta.url);
const GRAVITY = { critical: 1000, high: 100, medium: 10, low: 1 } as const;

export function drawPage(topology: Topology): string {
  const map = drawMap(topology);
  const mapStyle = /<style>([\s\S]*?)<\/style>/.exec(map)?.[1] ?? "";
  const script = readFileSync(SCRIPT, "utf8");
  const policy = [
    "default-src 'none'",
    `style-src ${hashOf(PAGE_STYLE)} ${hashOf(mapStyle)}`,
    `script-src ${hashOf(script)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return [
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">`,
    `<meta http-equiv="Content-Security-Policy" content="${policy}"><title>${text(titleOf(topology))}</title><style>${PAGE_STYLE}</style></head><body>`,
    `<a class="skip" href="#inventory">Skip the map, go to the table</a>`,
    toolbar(topology),
    `<main><div class="stage"><div class="map" id="map">${map}</div><aside class="panel" id="panel" aria-label="Details" tabindex="-1" hidden></aside></div>`,
    `<p class="status" id="status" role="status"></p>`,
    inventory(topology),
    `</main>`,
    HELP,
    `<script type="application/json" id="data">${JSON.stringify(pageData(topology)).replaceAll("<", String.raw`\u003c`)}</script>`,
    `<script>${script}</script></body></html>`,
  ].join("\n");
}

function hashOf(content: string): string {
  return `'sha256-${createHash("sha256").update(content).digest("base64")}'`;
}

function toolbar({ summary }: Topology): string {
  const ways = summary.openWaysToPhi + summary.waysToPhi;
  return `<div class="bar" role="toolbar" aria-label="Map">
<label>Search <input id="search" type="search" placeholder="name or type" autocomplete="off" spellcheck="false"></label>
<button type="button" id="ways" aria-pressed="false"${ways === 0 ? " disabled" : ""}>Ways to PHI <kbd>p</kbd></button>
<span class="group"><button type="button" id="in" aria-label="Larger">+</button><button type="button" id="out" aria-label="Smaller">−</button><button type="button" id="fit">Fit <kbd>0</kbd></button></span>
<button type="button" id="print">Print</button><button type="button" id="help-open">Keys <kbd>?</kbd></button></div>`;
}

const KEYS: readonly (readonly [keys: string, does: string])[] = [
  ["Tab, Shift Tab", "to the next box, and back"],
  ["→ ←", "along an arrow, and against it"],
  ["↑ ↓", "to another end of the same arrows, or to the box above or below"],
  ["Enter", "open what is known of the box"],
  ["Escape", "close, and show all again"],
  ["/", "search"],
  ["p", "show the ways from the internet to PHI alone"],
  ["+ − 0", "larger, smaller, the whole map; Ctrl and the wheel do the same, dragging moves"],
  ["?", "these keys"],
];

const HELP = `<dialog id="help" aria-labelledby="help-title"><h2 id="help-title">Keys</h2><table><tbody>${KEYS.map(
  ([keys, does]) => `<tr><th scope="row"><kbd>${keys}</kbd></th><td>${does}</td></tr>`,
).join("")}</tbody></table><form method="dialog"><button>Close</button></form></dialog>`;

function inventory(topology: Topology): string {
  const { inventory: rows, boundaries, units, nodes } = topology;
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const numbers = new Map(nodes.map(({ id }, index) => [id, index]));
  const options = (list: readonly (readonly [value: string, words: string])[]): string =>
    [["", "all"] as const, ...list]
      .map(([value, words]) => `<option value="${text(value)}">${text(words)}</option>`)
      .join("");
  const present = new Set(rows.map(({ node }) => byId.get(node)?.boundary));
  return `<section id="inventory" tabindex="-1" aria-labelledby="inventory-title"><h2 id="inventory-title">Every resource</h2>
<div class="filters"><label>Boundary <select data-filter="boundary">${options(boundaries.filter(({ id }) => present.has(id)).map(({ id, title }) => [id, title] as const))}</select></label>
<label>PHI <select data-filter="phi">${options([
    ["yes", "yes"],
    ["maybe", "perhaps"],
    ["unknown", "not known"],
    ["no", "no"],
  ])}</select></label>
<label>Reached by <select data-filter="reach">${options([
    ["anyone", "anyone"],
    ["identified", "who signs in"],
    ["nobody", "nobody from outside"],
  ])}</select></label>
<label>Verdict <select data-filter="verdict">${options([
    ["fails", "fails"],
    ["undecided", "undecided"],
    ["holds", "holds"],
    ["none", "nothing was asked"],
  ])}</select></label>
${units.length > 1 ? `<label>Input <select data-filter="unit">${options(units.map(({ file }, index) => [String(index), file] as const))}</select></label>` : ""}
<span id="shown" class="quiet">${counted(rows.length, "resource")}</span></div>
<div class="scroll"><table id="table"><caption class="hidden">Every resource with where it lies, whether it holds PHI, who reaches it, and its verdict</caption>
<thead><tr>${["Resource", "What it is", "Boundary", "PHI", "Reached by", "Verdict", "Where"].map((title) => `<th scope="col" aria-sort="none"><button type="button">${title}</button></th>`).join("")}</tr></thead>
<tbody>${rows.map((row) => rowOf(row, byId.get(row.node), numbers.get(row.node) ?? -1, topology)).join("\n")}</tbody></table></div></section>`;
}

function rowOf(row: InventoryRow, node: TopologyNode | undefined, number: number, { boundaries }: Topology): string {
  const { verdict } = row;
  const failing = verdict.critical + verdict.high + verdict.medium + verdict.low;
  const state = failing > 0 ? "fails" : verdict.undecided > 0 ? "undecided" : verdict.holds > 0 ? "holds" : "none";
  const gravity = (Object.keys(GRAVITY) as (keyof typeof GRAVITY)[]).reduce(
    (sum, key) => sum + verdict[key] * GRAVITY[key],
    0,
  );
  const isOwn = node?.resource === row.id;
  const phi = node?.phi.state === "unknown" && node.phi.maybe ? "maybe" : (node?.phi.state ?? "unknown");
  const title = boundaries.find(({ id }) => id === node?.boundary)?.title ?? "";
  const served =
    isOwn || node === undefined ? "" : ` <span class="quiet">told of at ${text(plainText(node.name))}</span>`;
  const marks = verdictMarks(verdict, 120, 1);
  const picture =
    marks.width === 0
      ? ""
      : `<svg class="ward-map marks" viewBox="${tidy(120 - marks.width)} 0 ${tidy(marks.width + 2)} 13" width="${tidy(marks.width + 2)}" height="13" aria-hidden="true">${marks.markup}</svg>`;
  return `<tr data-node="${number}" data-boundary="${node?.boundary ?? ""}" data-phi="${isOwn ? phi : ""}" data-reach="${node?.reachedBy ?? ""}" data-verdict="${state}" data-unit="${row.unit}"><th scope="row"><button type="button" class="link">${text(plainText(row.name))}</button>${served}</th><td>${text(row.words)} <span class="quiet">${text(plainText(row.type))}</span></td><td>${title}</td><td>${isOwn ? PHI_CELL[phi] : REACH_CELL.nobody}</td><td>${REACH_CELL[node?.reachedBy ?? "nobody"]}</td><td data-sort="${gravity * 1000 + verdict.undecided}">${picture}<span class="hidden">${verdictWords(verdict)}</span></td><td><code>${text(row.file)}:${row.line}</code></td></tr>`;
}

const PHI_CELL = {
  yes: `<b class="phi">PHI</b>`,
  maybe: `<span class="phi">perhaps</span>`,
  unknown: `<span class="quiet">not known</span>`,
  no: "no",
} as const;
const REACH_CELL = {
  anyone: `<b class="open">anyone</b>`,
  identified: "who signs in",
  nobody: `<span class="quiet">–</span>`,
} as const;
