/**
 * Text laid out for a terminal: wrapped to its width, and without what would move its cursor, since names in templates are
 * whatever their authors wrote.
 */
import { isCollection, parseDocument, visit } from "yaml";

/** Control characters as `·`, and none that turn the direction of writing. */
export function printable(text: string): string {
  return text.replaceAll(/[\u202a-\u202e\u2066-\u2069]/g, "").replaceAll(/\p{Cc}/gu, "·");
}

/** Lines of at most `width` columns where words allow it. The first one begins with `lead`, the others below its end. */
export function wrap(text: string, lead: string, width: number): string {
  const room = Math.max(32, width - lead.length);
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.map((one, index) => ((index === 0 ? lead : " ".repeat(lead.length)) + one).trimEnd()).join("\n");
}

/** A corrected part; written in blocks where its one-line form is wider than the terminal. */
export function layOutSnippet(snippet: string, by: string, width: number): string {
  const text = snippet.trimEnd();
  const isWide = text.split("\n").some((line) => by.length + line.length > width);
  return (isWide ? inBlocks(text, width - by.length) : text).replaceAll(/^/gm, by);
}

/** A mend of one finding: a part of somebody's file, line by line as it is. */
export function layOutMend(mend: string, by: string): string {
  return mend
    .trimEnd()
    .split("\n")
    .map((line) => `${by}${printable(line)}`.trimEnd())
    .join("\n");
}

/** As it is where it is no YAML. */
function inBlocks(text: string, width: number): string {
  const document = parseDocument(text, { logLevel: "silent" });
  if (document.errors.length > 0) return text;
  visit(document, {
    Collection(_, node) {
      // A short list or map is read best on its line.
      const [from = 0, until = 0] = node.range ?? [];
      if (isCollection(node) && until - from > Math.min(48, width - 24)) node.flow = false;
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: true }).trimEnd();
}
