/**
 * Dependencies that no code imports, and imports that no package.json names. By the text of every file: a package that any
 * file, script or configuration mentions counts as used, since plug-ins are named in places that no parser knows.
 */
import { isBuiltin } from "node:module";
import { dirname, join } from "node:path/posix";
import { Graph } from "../../graph/graph.ts";
import type { Finding, Subject } from "../../judge/finding.ts";
import type { FileReader } from "../../readers/reading.ts";
import type { JudgedUnit } from "../analysis.ts";
import { rawEntry, rawAt, rawText, type RawNode } from "../../source/raw-node.ts";
import { readJson } from "../../source/read-json.ts";
import { positionOf, SourceText, type Spot } from "../../source/source-text.ts";
import { dependencyIsImported, importIsDeclared } from "./facts.ts";

interface Manifest {
  readonly file: string;
  readonly folder: string;
  readonly source: SourceText;
  readonly root: RawNode;
  readonly name: string;
}

const SOURCE = /\.([cm]?[jt]sx?|vue|svelte|astro|mdx)$/;
const TEXT =
  /(\.([cm]?[jt]sx?|json5?|ya?ml|toml|md|html|sh|vue|svelte|astro|mdx|graphql)|(^|\/)(\.[\w.-]+rc|Dockerfile|Makefile|Procfile))$/;
const NO_TEXT =
  /(^|\/)(package(-lock)?\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lock)$|\.min\.js$|README|CHANGELOG/i;
/** What runs on no server needs no declared dependency of its own. */
const ASIDE =
  /(^|\/)(tests?|__tests__|__mocks__|spec|e2e|fixtures|testing|scripts|bench(marks)?|docs|examples?|dist|build|out|coverage|cdk\.out|vendor|public)\/|\.(test|spec|stories|bench|d)\.[cm]?[jt]sx?$|\.config\.[cm]?[jt]s$|\.min\.js$/;
const IMPORT =
  /^[ \t]*(?:import|export|\}|const|let|var|return|await|module\.exports)[^\n"'`]{0,300}?(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\(\s*)["']((?:@[\w.~-]+\/)?[\w~-][\w.~-]*)(?:\/[^"'\s]*)?["']/gm;
/** Lambda's own runtimes bring these. */
const IN_RUNTIME = /^(@aws-sdk\/|@smithy\/|aws-sdk$|aws-lambda$|bun$|cloudflare$)/;
const TEXTS_MAX_BYTES = 48 * 2 ** 20;
const IN_MANIFEST = ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"] as const;

export function judgePackages(paths: readonly string[], files: FileReader): readonly JudgedUnit[] {
  const manifests = paths
    .filter((path) => /(^|\/)package\.json$/.test(path))
    .flatMap((path) => manifestAt(path, files));
  if (manifests.length === 0) return [];
  const folders = manifests.map(({ folder }) => folder).toSorted((one, other) => other.length - one.length);
  const ownerOf = (path: string): string | undefined => folders.find((folder) => isBelow(path, folder));
  const known = new Map<string, string>();
  const budget = { bytes: TEXTS_MAX_BYTES };
  for (const path of paths) if (ownerOf(path) !== undefined) addText(path, files, known, budget);
  return manifests.flatMap((manifest) => {
    const all = new Map([...known].filter(([path]) => isBelow(path, manifest.folder)));
    if (![...all.keys()].some((path) => SOURCE.test(path) && !ASIDE.test(path))) return [];
    const own = new Map([...all].filter(([path]) => ownerOf(path) === manifest.folder));
    const findings = [
      ...unimported(manifest, all, files, budget.bytes <= 0),
      ...undeclared(manifest, own, manifests, files, paths),
    ];
    const unit = { file: manifest.file, format: "sources" as const, graph: new Graph({ resources: [] }) };
    return findings.length === 0 ? [] : [{ unit, findings }];
  });
}

function manifestAt(file: string, files: FileReader): readonly Manifest[] {
  const text = files.read(file);
  if (text === undefined) return [];
  const source = new SourceText(file, text);
  const { root } = readJson(source);
  return root?.kind === "map"
    ? [{ file, folder: dirname(file), source, root, name: rawText(rawAt(root, "name")) ?? "" }]
    : [];
}

function addText(path: string, files: FileReader, into: Map<string, string>, budget: { bytes: number }): void {
  if (budget.bytes <= 0 || !TEXT.test(path) || NO_TEXT.test(path)) return;
  const text = files.read(path);
  if (text === undefined) return;
  budget.bytes -= text.length;
  into.set(path, text);
}

function unimported(
  manifest: Manifest,
  texts: ReadonlyMap<string, string>,
  files: FileReader,
  isCut: boolean,
): readonly Finding[] {
  const dependencies = rawAt(manifest.root, "dependencies");
  if (dependencies?.kind !== "map") return [];
  const elsewhere = restOf(manifest.root);
  const wanted = new Set(dependencies.entries.flatMap(({ key }) => peersOf(key, manifest.folder, files)));
  return dependencies.entries.flatMap(({ key: name, keyOffset, node }): readonly Finding[] => {
    if (name.startsWith("@types/") || /^(workspace|file|link):/.test(rawText(node) ?? "")) return [];
    const spot: Spot = { source: manifest.source, offset: keyOffset };
    const about = { rule: dependencyIsImported, resource: subjectOf(name, spot), position: positionOf(spot) };
    const file = [...texts].find(([, text]) => mentions(text, name))?.[0];
    if (file !== undefined) return [{ ...about, kind: "pass", because: `${file} names it` }];
    const bin = name.slice(name.lastIndexOf("/") + 1);
    if (
      wanted.has(name) ||
      elsewhere.includes(name) ||
      new RegExp(`\\b${bin.replaceAll(/[^\w-]/g, "")}\\b`).test(scriptsOf(manifest.root))
    ) {
      return [{ ...about, kind: "pass", because: "package.json itself or another package names it" }];
    }
    if (isCut) return [{ ...about, kind: "unknown", because: "not all files were looked at: there are too many" }];
    return [
      { ...about, kind: "fail", because: `none of ${texts.size} files names ${name}`, mend: `npm uninstall ${name}` },
    ];
  });
}

/** `"name"` or `name/part` as a word of its own. */
function mentions(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    if (!/[\w@/.-]/.test(text[at - 1] ?? " ") && !/[\w.-]/.test(text[at + name.length] ?? " ")) return true;
    if (/["'`/]/.test(text[at - 1] ?? "") && /["'`/]/.test(text[at + name.length] ?? "")) return true;
  }
  return false;
}

/** All of the manifest but its lists of packages: settings of tools stand there too. */
function restOf(root: RawNode): string {
  const texts: string[] = [];
  const visit = (node: RawNode): void => {
    if (node.kind === "scalar") texts.push(String(node.value));
    else if (node.kind === "list") node.items.forEach(visit);
    else {
      for (const { key, node: child } of node.entries) {
        if (/[dD]ependencies$|^(overrides|resolutions|dependenciesMeta|name|keywords)$/.test(key)) continue;
        texts.push(key);
        visit(child);
      }
    }
  };
  visit(root);
  return texts.join("\n");
}

function scriptsOf(root: RawNode): string {
  const scripts = rawAt(root, "scripts");
  return scripts?.kind === "map" ? scripts.entries.map(({ node }) => rawText(node) ?? "").join("\n") : "";
}

/** What an installed package asks its user to have. */
function peersOf(name: string, folder: string, files: FileReader): readonly string[] {
  const text = files.read(join(folder, "node_modules", name, "package.json"));
  if (text === undefined) return [];
  const { root } = readJson(new SourceText("", text));
  const peers = rawAt(root, "peerDependencies");
  return peers?.kind === "map" ? peers.entries.map(({ key }) => key) : [];
}

function undeclared(
  manifest: Manifest,
  texts: ReadonlyMap<string, string>,
  manifests: readonly Manifest[],
  files: FileReader,
  paths: readonly string[],
): readonly Finding[] {
  const above = manifests.filter(({ folder }) => folder === manifest.folder || isBelow(`${manifest.folder}/x`, folder));
  const declared = (name: string): boolean =>
    manifests.some((one) => one.name === name) ||
    above.some(({ root }) =>
      IN_MANIFEST.some((list) => [name, typesOf(name)].some((one) => rawEntry(rawAt(root, list), one) !== undefined)),
    );
  const isAlias = aliasesOf(manifest.folder, files, paths);
  const found = new Map<string, Spot>();
  for (const [path, text] of texts) {
    if (!SOURCE.test(path) || ASIDE.test(path)) continue;
    const source = new SourceText(path, text);
    for (const { index, 0: line, 1: name = "" } of text.matchAll(IMPORT)) {
      if (found.has(name) || isBuiltin(name) || IN_RUNTIME.test(name) || /\b(import|export)\s+type\b/.test(line))
        continue;
      if (!declared(name) && !isAlias(name)) found.set(name, { source, offset: index });
    }
  }
  return [...found].map(([name, spot]) => ({
    rule: importIsDeclared,
    resource: subjectOf(name, spot),
    kind: "fail",
    because: `${spot.source.file} imports ${name}, which ${manifest.file} does not name`,
    position: positionOf(spot),
    mend: `npm install ${name}`,
  }));
}

function typesOf(name: string): string {
  return `@types/${name.replace(/^@([^/]+)\//, "$1__")}`;
}

/** Names that compilers and bundlers turn into the project's own files. */
function aliasesOf(folder: string, files: FileReader, paths: readonly string[]): (name: string) => boolean {
  const configs: string[] = [];
  for (let at = folder; ; at = dirname(at)) {
    configs.push(
      ...files
        .list(at)
        .filter((path) =>
          /(^|\/)([tj]sconfig[\w.-]*\.json|[\w-]+\.config\.[cm]?[jt]s|babel[\w.]*\.json|\.babelrc|deno\.jsonc?)$/.test(
            path,
          ),
        ),
    );
    if (at === "." || at === "/" || at === "" || at === ".." || at.endsWith("/..")) break;
  }
  const text = configs.flatMap((path) => files.read(path) ?? []).join("\n");
  const own = new Set(paths.flatMap((path) => path.split("/").slice(0, 4)));
  return (name) => {
    const [first = ""] = name.split("/");
    return (
      [`"${name}"`, `"${name}/*"`, `"${first}/*"`, `'${name}'`, `'${first}'`, `"${first}"`].some((one) =>
        text.includes(one),
      ) ||
      (!name.startsWith("@") && /"baseUrl"/.test(text) && own.has(first)) ||
      own.has(`${name}.ts`) ||
      own.has(`${name}.js`)
    );
  };
}

function subjectOf(name: string, spot: Spot): Subject {
  return { id: `package ${name}`, name, type: "package", spot };
}

function isBelow(path: string, folder: string): boolean {
  return folder === "." ? !path.startsWith("../") : path.startsWith(`${folder}/`);
}
