/** Small marks with a shape of their own for each meaning, so that none rests on colour. */
import { SEVERITIES, type Severity } from "../../judge/fact.ts";
import type { VerdictCounts } from "../model.ts";
import { widthOf } from "./fit-text.ts";

export type Mark = Severity | "undecided" | "holds";

/** Ten by ten, from the upper left. */
const SHAPES: Readonly<Record<Mark, string>> = {
  critical: "M5 0 10 5 5 10 0 5Z",
  high: "M5 0.5 10 9.5H0Z",
  medium: "M1 1h8v8H1Z",
  low: "M5 1.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7Z",
  undecided:
    "M2.5 3.2C2.5 1.5 3.6.5 5.2.5 6.8.5 8 1.5 8 3c0 1.8-2.1 2-2.1 3.7H4.3C4.3 4.4 6.3 4.3 6.3 3.1 6.3 2.4 5.9 2 5.2 2S4.1 2.5 4.1 3.2ZM4.2 8h1.8v1.8H4.2Z",
  holds: "M0.5 5.5 2 4 4 6 8.5 1 10 2.5 4 9Z",
};

/** `◆2 ▲1`, ending at `right`; answers how wide it is. */
export function verdictMarks(
  verdict: VerdictCounts,
  right: number,
  top: number,
): { readonly markup: string; readonly width: number } {
  const counts: (readonly [Mark, number])[] = SEVERITIES.map((severity) => [severity, verdict[severity]] as const);
  const shown = [...counts, ["undecided", verdict.undecided] as const].filter(([, count]) => count > 0);
  const marks = shown.length > 0 ? shown : verdict.holds > 0 ? [["holds", 0] as const] : [];
  let x = right;
  const parts: string[] = [];
  for (const [mark, count] of marks.toReversed()) {
    const text = count === 0 ? "" : String(count);
    const width = 10 + (text === "" ? 0 : 2 + widthOf(text, 10.5, true));
    x -= width;
    parts.unshift(markAt(mark, text, x, top));
    x -= 5;
  }
  return { markup: parts.join(""), width: marks.length === 0 ? 0 : right - x };
}

export function markAt(mark: Mark, text: string, x: number, top: number): string {
  const label =
    text === "" ? "" : `<text class="w-v w-${mark}" x="${tidy(x + 12)}" y="${tidy(top + 9)}">${text}</text>`;
  return `<path class="w-${mark}" transform="translate(${tidy(x)} ${tidy(top)})" d="${SHAPES[mark]}"/>${label}`;
}

/** Coordinates with a digit behind the point at most: smaller files, the same bytes everywhere. */
export function tidy(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** The verdict in words, for those who do not see the marks. */
export function verdictWords(verdict: VerdictCounts): string {
  const failing = SEVERITIES.filter((severity) => verdict[severity] > 0).map(
    (severity) => `${verdict[severity]} ${severity}`,
  );
  const undecided = verdict.undecided > 0 ? [`${verdict.undecided} undecided`] : [];
  const excused = verdict.excused > 0 ? [`${verdict.excused} excused`] : [];
  if (failing.length > 0) return `fails: ${[...failing, ...undecided, ...excused].join(", ")}`;
  if (undecided.length > 0) return [...undecided, ...excused].join(", ");
  return verdict.holds > 0
    ? ["all that was asked holds", ...excused].join(", ")
    : ["nothing was asked", ...excused].join(", ");
}
