/**
 * Packages inside a bundle. esbuild writes a comment with the file's path before what came from it, unless it minifies;
 * what came from `node_modules` is cut out before parsing, and the names that it declared stand for the package.
 */
import type { BundledName, BundleSection } from "../evaluate/module-code.ts";

export interface CutBundle {
  /** As long as the original, so that every offset stays what it is. */
  readonly text: string;
  readonly names: ReadonlyMap<string, BundledName>;
  readonly sections: readonly BundleSection[];
}

const MARK = /^[ \t]*\/\/ (<[^>\n]+>|(?:\(disabled\):|[\w.@-]+:)?(?:[^\s:]*\/)?[^\s:]+\.(?:[cm]?[jt]sx?|json))$/gm;
const PACKAGE = /(?:^|\/)node_modules\/(?!.*\/node_modules\/)((?:@[^/]+\/)?[^/]+)/;
const DECLARED = /^(?:export )?(?:var|let|const|class|(?:async )?function\*?) ([\w$]+)/gm;
const ALSO_DECLARED = /^var ((?:[\w$]+, )+[\w$]+);/gm;
const REQUIRE = /^var ([\w$]+) = __commonJS(?:Min)?\(/gm;
const INIT = /^var ([\w$]+) = __esm(?:Min)?\(/gm;

export function cutBundle(text: string): CutBundle {
  const names = new Map<string, BundledName>();
  const sections: BundleSection[] = [];
  if (!text.includes("node_modules/")) return { text, names, sections };
  const marks = [...text.matchAll(MARK)];
  if (!marks.some(([, path = ""]) => PACKAGE.test(path))) return { text, names, sections };
  const kept: string[] = [];
  let from = 0;
  for (const [index, mark] of marks.entries()) {
    const [, path = ""] = mark;
    const name = PACKAGE.exec(path)?.[1];
    if (name === undefined || mark.index < from) continue;
    const end = marks[index + 1]?.index ?? endOfPackages(text, mark.index);
    const section = text.slice(mark.index, end);
    if (!isWhole(section)) continue;
    enter(names, section, name);
    sections.push({ module: name, offset: mark.index, end });
    kept.push(text.slice(from, mark.index), " ".repeat(section.length));
    from = end;
  }
  kept.push(text.slice(from));
  return { text: kept.join(""), names, sections };
}

/** The last section of a package ends where the bundle's own end begins: its exports. */
function endOfPackages(text: string, from: number): number {
  const rest =
    /^(?:export \{|module\.exports|\/\/ Annotate the CommonJS|0 && \(module\.exports|\/\/# sourceMappingURL)/m;
  const found = rest.exec(text.slice(from));
  return found ? from + found.index : text.length;
}

/** A mark may stand inside a function or a string; then what follows it is no list of whole statements. */
function isWhole(section: string): boolean {
  const body = section.slice(section.indexOf("\n") + 1);
  const first = /^[^\n]*\S/m.exec(body)?.[0] ?? "";
  return !/^\s/.test(first) && !/^[)}\]]/.test(first);
}

function enter(names: Map<string, BundledName>, section: string, module: string): void {
  for (const [, name = ""] of section.matchAll(DECLARED)) {
    names.set(name, { module, path: [exportName(name)], isRequire: false });
  }
  for (const [, list = ""] of section.matchAll(ALSO_DECLARED)) {
    for (const name of list.split(", ")) names.set(name, { module, path: [exportName(name)], isRequire: false });
  }
  for (const [, name = ""] of section.matchAll(REQUIRE)) names.set(name, { module, path: [], isRequire: true });
  for (const [, name = ""] of section.matchAll(INIT)) names.set(name, { module, path: [], isRequire: true });
}

/** The bundler numbers names that two files share: `S3Client2`. A class of the SDK never ends so. */
function exportName(name: string): string {
  return /^(.*(?:Client|Command|Error|Exception))\d+$/.exec(name)?.[1] ?? name.replace(/^import_/, "");
}

export function cutCharacters(sections: readonly BundleSection[]): number {
  return sections.reduce((sum, { offset, end }) => sum + end - offset, 0);
}
