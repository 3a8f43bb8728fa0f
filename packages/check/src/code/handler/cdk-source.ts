/**
 * The source that a CDK app gives to a function's construct, read off the app's own text: for an assembly whose assets are
 * not on disk, and for bundles that do not say what they are made of. Only a path that is written out counts.
 */
import { escapePattern } from "../../graph/pattern.ts";
import { dirname, join, normalize } from "node:path/posix";
import type { Resource } from "../../graph/resource.ts";
import type { FileReader } from "../../readers/reading.ts";

export interface CdkSource {
  /** The file or the folder, as the app names it. */
  readonly path: string;
  readonly isFolder: boolean;
  /** The function's name where the app gives one (`handler: "main"`). */
  readonly handler: string | undefined;
  /** The file of the app that says so. */
  readonly app: string;
}

const FILES_MAX = 400;
const DEPTH_MAX = 8;
const PARENTS_MAX = 3;
/** A construct's properties are shorter. */
const PROPERTIES_MAX = 2_500;
const SKIPPED = /(?:^|\/)(?:node_modules|cdk\.out|dist|coverage|\.[^/]+)$/;

const appTexts = new WeakMap<FileReader, Map<string, readonly (readonly [file: string, text: string])[]>>();

export function cdkSourceOf(fn: Resource, files: FileReader): CdkSource | undefined {
  const id = constructId(fn);
  if (id === undefined) return undefined;
  const made = new RegExp(
    `new\\s+[\\w.]*Function\\w*\\s*\\(\\s*[\\w.]+\\s*,\\s*(["'\`])${escapePattern(id)}\\1\\s*,`,
    "g",
  );
  const found: CdkSource[] = [];
  for (const [file, text] of textsAround(dirname(fn.spot.source.file), files)) {
    for (const match of text.matchAll(made)) {
      const source = readProperties(file, text.slice(match.index, match.index + PROPERTIES_MAX), id);
      if (source) found.push(source);
    }
  }
  // Two constructs of the same name in two stacks: nobody can say which of them it is.
  const [only] = found;
  return only && found.every(({ path }) => path === only.path) ? only : undefined;
}

/** `Stack/Api/Save/Resource` is made by the construct `Save`. */
function constructId(fn: Resource): string | undefined {
  const steps = fn.attribute("Metadata.aws:cdk:path").text()?.split("/") ?? [];
  return steps.at(-1) === "Resource" ? steps.at(-2) : undefined;
}

function readProperties(file: string, text: string, id: string): CdkSource | undefined {
  const end = text.slice(1).search(/\bnew\s+[\w.]+\s*\(\s*(?:this|scope|stack)\b/);
  const own = end === -1 ? text : text.slice(0, end + 1);
  const handler = /\bhandler\s*:\s*(["'`])([^"'`$]+)\1/.exec(own)?.[2];
  const entry = pathAfter(/\bentry\s*:\s*/, own, file);
  if (entry !== undefined) return { path: entry, isFolder: false, handler, app: file };
  const asset = pathAfter(/\bfromAsset\s*\(\s*/, own, file);
  if (asset !== undefined) return { path: asset, isFolder: true, handler, app: file };
  // Without an entry it is the file beside the app's: `stack.Save.ts`.
  const beside = file.replace(/\.[cm]?[jt]s$/, `.${id}`);
  return /NodejsFunction/.test(own.slice(0, 60)) && !/\bentry\b|\bcode\b/.test(own)
    ? { path: beside, isFolder: false, handler, app: file }
    : undefined;
}

/** A literal, or `path.join(__dirname, "..", "x")` of literals. */
function pathAfter(start: RegExp, text: string, file: string): string | undefined {
  const match = start.exec(text);
  const rest = match ? text.slice(match.index + match[0].length, match.index + 400) : "";
  const literal = /^(["'`])([^"'`$]+)\1/.exec(rest)?.[2];
  // A path that is not joined is seen from where the app is run: its root.
  if (literal !== undefined) return normalize(literal.startsWith("/") ? literal : join(rootOf(file), literal));
  const joined = /^(?:[\w.]+\.)?(?:join|resolve)\(\s*([^()]*(?:\(\))?[^()]*)\)/.exec(rest)?.[1];
  if (joined === undefined) return undefined;
  const [first = "", ...others] = joined
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  const base = /__dirname|import\.meta\.dirname/.test(first)
    ? dirname(file)
    : /cwd\(\)/.test(first)
      ? rootOf(file)
      : undefined;
  const parts = (base === undefined ? [first, ...others] : others).map(
    (part) => /^(["'`])([^"'`$]+)\1$/.exec(part)?.[2],
  );
  if (parts.includes(undefined)) return undefined;
  return normalize(join(base ?? rootOf(file), ...parts.map((part) => part ?? "")));
}

/** The folder of the app: above its `bin`, `lib` or `src`. */
function rootOf(file: string): string {
  const folder = dirname(file);
  return folder.replace(/(?:^|\/)(?:bin|lib|src|stacks|infra)(?:\/.*)?$/, "") || ".";
}

function textsAround(folder: string, files: FileReader): readonly (readonly [string, string])[] {
  let known = appTexts.get(files);
  if (!known) appTexts.set(files, (known = new Map()));
  let texts = known.get(folder);
  if (!texts) known.set(folder, (texts = readTexts(folder, files)));
  return texts;
}

/** The app's files: of the folder above `cdk.out`, or of the one that the template lies in. */
function readTexts(folder: string, files: FileReader): readonly (readonly [string, string])[] {
  let root = folder;
  for (let count = 0; count < PARENTS_MAX && !files.list(root).some((one) => /(?:^|\/)cdk\.json$/.test(one)); count++) {
    if (root === "." || root === "/") break;
    root = dirname(root);
  }
  const waiting = [{ at: root, depth: 0 }];
  const texts: (readonly [string, string])[] = [];
  for (let next = waiting.shift(); next && texts.length < FILES_MAX; next = waiting.shift()) {
    for (const listed of files.list(next.at)) {
      const file = normalize(listed.replaceAll("\\", "/"));
      const text = /\.[cm]?[jt]s$/.test(file) && !file.endsWith(".d.ts") ? files.read(file) : undefined;
      if (text !== undefined && /aws-lambda|aws_lambda/.test(text)) texts.push([file, text]);
    }
    if (next.depth >= DEPTH_MAX) continue;
    for (const inner of files.folders?.(next.at) ?? []) {
      const at = normalize(inner.replaceAll("\\", "/"));
      if (!SKIPPED.test(at)) waiting.push({ at, depth: next.depth + 1 });
    }
  }
  return texts;
}
