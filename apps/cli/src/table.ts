/** Aligned columns for people. What does not fit the terminal is broken inside the columns that may wrap, never cut. */
import type { Paint, Style } from "./paint.ts";
import { padTo, printable, textWidth, wrapText } from "./text-width.ts";

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
  /** May be broken over lines; the widest such column gives way first. */
  readonly wrap?: boolean;
}
export type Cell = string | number | { readonly text: string; readonly style: Style };

const GAP = "  ";
const NARROWEST = 12;

export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  terminal: { readonly width?: number | undefined; readonly paint: Paint },
): string {
  const cells = rows.map((row) => columns.map((_, index) => cellOf(row[index] ?? "")));
  const widths = fitWidths(
    columns,
    columns.map((column, index) =>
      Math.max(textWidth(column.title), ...cells.map((row) => textWidth(row[index]?.text ?? ""))),
    ),
    terminal.width,
  );
  const header = columns.map((column) => ({ text: column.title, style: "strong" as const }));
  return [header, ...cells].map((row) => formatRow(row, columns, widths, terminal.paint)).join("\n");
}

function cellOf(cell: Cell): { readonly text: string; readonly style: Style } {
  if (typeof cell === "object") return { text: printable(cell.text), style: cell.style };
  return { text: printable(String(cell)), style: "plain" };
}

function fitWidths(columns: readonly Column[], natural: readonly number[], available?: number): readonly number[] {
  const widths = [...natural];
  if (available === undefined) return widths;
  const gaps = GAP.length * (columns.length - 1);
  let excess = widths.reduce((sum, width) => sum + width, gaps) - available;
  while (excess > 0) {
    const candidates = widths
      .map((width, index) => ({ width, index }))
      .filter(({ width, index }) => columns[index]?.wrap && width > NARROWEST);
    const widest = candidates.toSorted((a, b) => b.width - a.width)[0];
    if (!widest) break;
    widths[widest.index] = widest.width - 1;
    excess -= 1;
  }
  return widths;
}

function formatRow(
  row: readonly { readonly text: string; readonly style: Style }[],
  columns: readonly Column[],
  widths: readonly number[],
  paint: Paint,
): string {
  const wrapped = row.map((cell, index) =>
    columns[index]?.wrap ? wrapText(cell.text, widths[index] ?? cell.text.length) : [cell.text],
  );
  const height = Math.max(...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    row
      .map((cell, index) => {
        const text = wrapped[index]?.[line] ?? "";
        const padded = padTo(text, widths[index] ?? 0, columns[index]?.align);
        return paint(cell.style, padded);
      })
      .join(GAP)
      .trimEnd(),
  ).join("\n");
}
