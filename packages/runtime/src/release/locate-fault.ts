/** Positions in a bundle as positions in the author's files, for what a failed function tells (`FunctionFault.at`). */
import { SourceMap } from "node:module";
import { basename } from "node:path";

/** `bundle.js:1:5120` → `lab-result.ts:12:5`. What the map does not know stays as it is. */
export function locateFault(sourceMap: string, at: readonly string[]): readonly string[] {
  const map = new SourceMap(JSON.parse(sourceMap));
  return at.map((position) => {
    const match = /:(\d+):(\d+)$/.exec(position);
    if (match === null) return position;
    const entry = map.findEntry(Number(match[1]) - 1, Number(match[2]) - 1);
    if (!("originalSource" in entry)) return position;
    return `${basename(entry.originalSource)}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  });
}
