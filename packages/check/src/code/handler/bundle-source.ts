/** The file that a bundle was made of, where the bundle says so (esbuild's comments, a source map) and it is on disk. */
import { escapePattern } from "../../graph/pattern.ts";
import { basename, dirname, join, normalize } from "node:path/posix";
import type { FileReader } from "../../readers/reading.ts";
import { fileIsOnDisk } from "./on-disk.ts";

const MARK = /^[ \t]*\/\/ ([^\s:]+\.[cm]?[jt]sx?)$/gm;
const PARENTS_MAX = 6;
const MAP_MAX_CHARACTERS = 24_000_000;

export function sourceOfBundle(bundle: string, exportName: string, files: FileReader): string | undefined {
  const text = files.read(bundle);
  if (text === undefined || !/\.[cm]?js$/.test(bundle)) return undefined;
  // The entry comes last, after all that it imports.
  const written = [...text.matchAll(MARK)].map(([, path = ""]) => path).filter(isOwn);
  const last = written.at(-1);
  const candidates = last === undefined ? sourcesOfMap(bundle, files) : [last];
  const texts = new Map<string, string>();
  for (const candidate of candidates) {
    const found = onDisk(candidate, dirname(bundle), files);
    if (found !== undefined) texts.set(found, files.read(found) ?? "");
  }
  // Others of its files may export something of the handler's name; none of them imports the entry.
  const exporting = [...texts.keys()].filter((file) => exportsName(texts.get(file) ?? "", exportName));
  return exporting.find((file) => !isImported(file, texts)) ?? exporting[0];
}

function isOwn(path: string): boolean {
  return !path.includes("node_modules/");
}

function sourcesOfMap(bundle: string, files: FileReader): readonly string[] {
  const text = files.read(`${bundle}.map`);
  if (text === undefined || text.length > MAP_MAX_CHARACTERS) return [];
  try {
    const { sources } = JSON.parse(text) as { readonly sources?: unknown };
    const own = Array.isArray(sources) ? sources.filter((one) => typeof one === "string" && isOwn(one)) : [];
    return (own as string[]).toReversed();
  } catch {
    return [];
  }
}

/** Bundlers write paths from where they ran: a folder above the bundle, which one is not said. */
function onDisk(written: string, folder: string, files: FileReader): string | undefined {
  const path = written.replace(/^(?:\.\.?\/)+/, "");
  if (path.startsWith("/")) return undefined;
  let at = folder;
  for (let count = 0; count < PARENTS_MAX; count++) {
    const found = normalize(join(at, path));
    if (fileIsOnDisk(found, files)) return found;
    if (at === "." || at === "/") return undefined;
    at = dirname(at);
  }
  return undefined;
}

function exportsName(text: string, exportName: string): boolean {
  const [first = ""] = exportName.split(".");
  if (first === "default") return /\bexport\s+default\b|\bas\s+default\b|\bmodule\.exports\b/.test(text);
  if (!text.includes(first)) return /\bexport\s*\*\s*from\b/.test(text);
  const name = escapePattern(first);
  const exported = `\\bexport\\s+(?:declare\\s+)?(?:async\\s+)?(?:const|let|var|function\\s*\\*?|class)\\s+${name}(?![\\w$])`;
  const listed = `\\bexport\\s*(?:const\\s*)?\\{[^}]*(?<![\\w$])${name}(?![\\w$])`;
  const common = `\\bexports\\.${name}(?![\\w$])|\\bmodule\\.exports\\s*=`;
  return new RegExp(`${exported}|${listed}|${common}`).test(text);
}

function isImported(file: string, texts: ReadonlyMap<string, string>): boolean {
  const stem = basename(file).replace(/\.[cm]?[jt]sx?$/, "");
  const meant = stem === "index" ? basename(dirname(file)) : stem;
  const written = new RegExp(`["'\`](?:[^"'\`\n]*/)?${escapePattern(meant)}(?:\\.[cm]?[jt]sx?)?["'\`]`);
  return [...texts].some(([other, text]) => other !== file && written.test(text));
}
