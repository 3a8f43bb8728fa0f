/**
 * Where the code of a function of the graph lies. The team's own source goes before what a build made of it: it is what they
 * mend. INVARIANT: it is never guessed from a name alone; where nothing names the code, the answer says so.
 */
import { dirname, join, normalize } from "node:path/posix";
import type { Graph } from "../graph/graph.ts";
import type { Resource } from "../graph/resource.ts";
import type { FileReader } from "../readers/reading.ts";
import type { HandlerPlace, HandlerSearch } from "./contract.ts";
import { cdkSourceOf } from "./handler/cdk-source.ts";
import { archiveSource } from "./handler/archive-source.ts";
import { sourceOfBundle } from "./handler/bundle-source.ts";
import { layersOf } from "./handler/layer-folders.ts";

const ENDINGS = [".ts", ".mts", ".cts", ".tsx", ".js", ".mjs", ".cjs", ".jsx"];
/** Where a build puts what it makes of `src`. */
const BUILT = /(^|\/)(?:dist|build|out|lib|\.build|\.aws-sam\/build\/[^/]+|\.esbuild\/\.build)(?=\/|$)/;

/** What is named as the function's code: a folder, and how it came to be known. */
interface CodeFolder {
  readonly folder: string;
  readonly how: string;
  readonly isBuilt: boolean;
}

/** A function's code is looked for once, however many ask. */
const searches = new WeakMap<FileReader, WeakMap<Resource, HandlerSearch>>();

export function handlerOf(fn: Resource, graph: Graph, files: FileReader): HandlerSearch {
  const known = searches.get(files) ?? new WeakMap<Resource, HandlerSearch>();
  searches.set(files, known);
  const found = known.get(fn) ?? search(fn, graph, files);
  known.set(fn, found);
  return found;
}

function search(fn: Resource, graph: Graph, files: FileReader): HandlerSearch {
  const lost = (reason: string): HandlerSearch => ({ found: false, reason, spot: fn.spot });
  const runtime = fn.at("Runtime").text();
  if (runtime !== undefined && !/^(?:nodejs|provided|bun)/.test(runtime))
    return lost(`it runs on ${runtime}, whose code is not read`);
  if (fn.at("PackageType").text() === "Image") return lost("its code is in a container image");
  const handler = fn.at("Handler").text();
  const layers = layersOf(fn, graph, files);
  const inline = fn.at("Code.ZipFile");
  if (!inline.isAbsent) {
    const text = inline.text();
    if (text === undefined) return lost("its code is written in the template, with parts that are not known");
    const name = `${fn.spot.source.file} (${fn.name})`;
    const file = `${name}/index.${/^\s*(?:import\s[^(]|export\s)/m.test(text) ? "mjs" : "js"}`;
    const entry = { file, export: exportName(handler ?? "index.handler") };
    return place("inline", { entry, layers, inline: { spot: inline.spot, text } }, "the code that the template holds");
  }
  const entryPoint = entryPointOf(fn, handler, layers, files);
  if (entryPoint) return entryPoint;
  if (handler === undefined) return lost("its handler is not known before deployment");
  const fromApp = fromCdkApp(fn, handler, layers, files);
  if (fromApp) return fromApp;
  const folders = foldersOf(fn, files);
  const [first] = folders;
  if (!first) return lost("where its code lies is not known");
  for (const folder of folders) {
    const found = inFolder(folder, handler, layers, files);
    if (found) return found;
  }
  return lost(
    `no file of its handler ${handler} is in ${first.folder === "." ? "the template's folder" : first.folder}`,
  );
}

function place(kind: HandlerPlace["kind"], request: HandlerPlace["request"], how: string): HandlerSearch {
  return { found: true, kind, request, how };
}

/** `src/app.lambdaHandler`: the module's path ends at the first dot after the last slash. */
function splitHandler(handler: string): { readonly path: string; readonly name: string } {
  const slash = handler.lastIndexOf("/") + 1;
  const dot = handler.indexOf(".", slash);
  return dot === -1
    ? { path: handler, name: "handler" }
    : { path: handler.slice(0, dot), name: handler.slice(dot + 1) };
}

function exportName(handler: string): string {
  return splitHandler(handler).name;
}

/** SAM's esbuild names the source itself. */
function entryPointOf(
  fn: Resource,
  handler: string | undefined,
  layers: readonly string[],
  files: FileReader,
): HandlerSearch | undefined {
  const points = fn.attribute("Metadata.BuildProperties.EntryPoints").items();
  const [first] = points;
  const written = first?.text();
  if (written === undefined) return undefined;
  const base = join(dirname(fn.spot.source.file), fn.at("Code").text() ?? "");
  const { path, name } = splitHandler(handler ?? "index.handler");
  // Of several entry points, the one that the handler is called after.
  const meant = points.map((point) => point.text() ?? "").find((point) => stem(point) === stem(path)) ?? written;
  const file = fileAt(join(base, meant.replace(/\.[cm]?[jt]sx?$/, "")), files) ?? fileAt(join(base, meant), files);
  return file === undefined
    ? undefined
    : place("source", { entry: { file, export: name }, layers }, `${file}, which EntryPoints names`);
}

/** What the CDK app itself says, where its asset is missing or does not say what it is made of. */
function fromCdkApp(
  fn: Resource,
  handler: string,
  layers: readonly string[],
  files: FileReader,
): HandlerSearch | undefined {
  const asset = fn.attribute("Metadata.aws:asset:path").text();
  if (asset === undefined || fn.attribute("Metadata.aws:cdk:path").isAbsent) return undefined;
  const { path, name } = splitHandler(handler);
  const built = fileAt(join(dirname(fn.spot.source.file), asset, path), files);
  if (built !== undefined && sourceOfBundle(built, name, files) !== undefined) return undefined;
  const source = cdkSourceOf(fn, files);
  if (!source) return undefined;
  const at = source.isFolder ? join(source.path, path) : source.path.replace(/\.[cm]?[jt]sx?$/, "");
  const file = (source.isFolder ? undefined : fileAt(source.path, files)) ?? fileAt(at, files);
  if (file === undefined) return undefined;
  return place("source", { entry: { file, export: name }, layers }, `${file}, which ${source.app} names`);
}

function stem(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).replace(/\.[cm]?[jt]sx?$/, "");
}

function foldersOf(fn: Resource, files: FileReader): readonly CodeFolder[] {
  const beside = dirname(fn.spot.source.file);
  const asset = fn.attribute("Metadata.aws:asset:path").text();
  if (asset !== undefined) {
    const folder = asset.startsWith("/") ? asset : join(beside, asset);
    return [{ folder, how: "the asset that the CDK app made", isBuilt: true }];
  }
  const archive = archiveSource(fn, files);
  if (archive) return [{ ...archive, isBuilt: BUILT.test(archive.folder) }];
  const code = fn.at("Code");
  const filename = fn.at("Filename").text();
  const written = code.text() ?? filename;
  if (written !== undefined) {
    if (written.startsWith("s3://")) return [];
    const folder = join(beside, written.replace(/\.zip$/, ""));
    const folders = [{ folder, how: `${written}, which the template names`, isBuilt: BUILT.test(folder) }];
    // A zip beside the folder that it was made of, or of the project itself.
    return written.endsWith(".zip")
      ? [...folders, { folder: beside, how: `what ${written} is made of`, isBuilt: false }]
      : folders;
  }
  const isElsewhere = !code.at("S3Bucket").isAbsent || !code.at("S3Key").isAbsent || code.isUnknown;
  const how = isElsewhere ? "the file that the handler names" : "the template's folder";
  return [{ folder: beside, how, isBuilt: false }];
}

function inFolder(
  { folder, how, isBuilt }: CodeFolder,
  handler: string,
  layers: readonly string[],
  files: FileReader,
): HandlerSearch | undefined {
  const { path, name } = splitHandler(handler);
  const at = join(folder, path);
  const source = isBuilt ? sourceFile(at, files) : undefined;
  if (source !== undefined) {
    return place("source", { entry: { file: source, export: name }, layers }, `${source}, of which ${folder} is built`);
  }
  const file = fileAt(at, files);
  if (file === undefined) return undefined;
  const bundle = sourceOfBundle(file, name, files);
  if (bundle !== undefined) {
    return place("source", { entry: { file: bundle, export: name }, layers }, `${bundle}, of which ${file} is bundled`);
  }
  const isSource = !isBuilt && !BUILT.test(file);
  return place(isSource ? "source" : "bundle", { entry: { file, export: name }, layers }, `${file}: ${how}`);
}

/** `dist/app` is made of `src/app` or of `app`. */
function sourceFile(built: string, files: FileReader): string | undefined {
  if (!BUILT.test(built)) return undefined;
  const places = ["src", "source", "."].map((place) => normalize(built.replace(BUILT, `$1${place}`)));
  return places.map((place) => fileAt(place, files)).find((file) => file !== undefined && /\.[cm]?tsx?$/.test(file));
}

export function fileAt(path: string, files: FileReader): string | undefined {
  const names = new Set(files.list(dirname(path)).map((one) => normalize(one.replaceAll("\\", "/"))));
  const at = normalize(path);
  if (/\.[cm]?[jt]sx?$/.test(at) && names.has(at)) return at;
  const beside = ENDINGS.map((ending) => at + ending).find((one) => names.has(one));
  if (beside !== undefined) return beside;
  const inside = new Set(files.list(at).map((one) => normalize(one.replaceAll("\\", "/"))));
  return ENDINGS.map((ending) => join(at, `index${ending}`)).find((one) => inside.has(one));
}
