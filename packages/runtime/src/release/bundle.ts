/**
 * One source file of an app, with everything it imports, as one ES module that runs in an isolate. The same sources
 * give the same bytes on every machine: no path of this one, no time and no setting from a tsconfig enters the bundle.
 * Sources come from the app's folder, from packages and from Ward; a file elsewhere on the node's disk is refused, so
 * that a build cannot carry the node's own files into a function.
 */
import { realpath } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, isAbsolute, join, relative, sep } from "node:path";
import { build, stop, type BuildFailure, type Message, type Plugin } from "esbuild";
import { WardError } from "@ward/core";

export interface Bundle {
  readonly code: string;
  /** Source Map v3 of `code`; kept on the host, never in the isolate. */
  readonly sourceMap: string;
}

/** What the bundle serves: a function's definition, or the app's configuration. */
export type BundleKind = "function" | "config";

/** The runtime's own modules; workerd offers these, and no other leaves the bundle open. */
const EXTERNALS = ["node:async_hooks", "cloudflare:workers"];
const ENTRY = "ward-entry.js";
const SERVERS = {
  function: ["@ward/sdk/isolate", "serve", "defineFunction"],
  config: ["@ward/sdk/isolate-config", "serveConfig", "defineConfig"],
} as const;

/** `file`: relative to `dir`, as `functions/lab-result.ts`. Throws `bundle-failed` with `file`, `line` and `problems`. */
export async function bundleFile(dir: string, file: string, kind: BundleKind): Promise<Bundle> {
  const appDir = await realpath(dir);
  underWay++;
  try {
    return await bundle(appDir, file, kind);
  } finally {
    // The bundler is a process of its own; between builds it would only hold memory.
    if (--underWay === 0) await stop();
  }
}

let underWay = 0;

async function bundle(appDir: string, file: string, kind: BundleKind): Promise<Bundle> {
  const [module, serve] = SERVERS[kind];
  const entry = `import definition from ${JSON.stringify(`./${file}`)};
import { ${serve} } from ${JSON.stringify(module)};
export default ${serve}(definition);`;
  try {
    const { outputFiles } = await build({
      stdin: { contents: entry, resolveDir: appDir, sourcefile: ENTRY, loader: "js" },
      absWorkingDir: appDir,
      outfile: "bundle.js",
      write: false,
      bundle: true,
      format: "esm",
      platform: "neutral",
      target: "es2024",
      mainFields: ["module", "main"],
      conditions: ["workerd", "worker", "browser"],
      external: EXTERNALS,
      // Names stay: they are what a stack trace shows. Measured, shorter ones start no faster.
      minifyWhitespace: true,
      minifySyntax: true,
      charset: "utf8",
      legalComments: "none",
      sourcemap: "external",
      sourcesContent: false,
      tsconfigRaw: {},
      logLevel: "silent",
      plugins: [confineSources(appDir)],
    });
    const [code, map] = ["bundle.js", "bundle.js.map"].map(
      (name) => outputFiles.find((output) => basename(output.path) === name)?.text ?? "",
    );
    return { code: code ?? "", sourceMap: withoutMachinePaths(map ?? "", appDir) };
  } catch (error) {
    if (!isBuildFailure(error)) throw new WardError("bundle-failed", { file, line: 1, problems: [] });
    throw bundleFailed(error.errors, file, SERVERS[kind][2]);
  }
}

/** Refuses what an isolate does not have, and files that are not the app's. */
function confineSources(appDir: string): Plugin {
  return {
    name: "confine-sources",
    setup(builder) {
      // The node's own SDK, whatever the app has installed: it speaks this node's protocol.
      builder.onResolve({ filter: /^@ward\/(sdk|core)(\/|$)/ }, ({ path }) => {
        try {
          return { path: ownRequire.resolve(path) };
        } catch {
          return { errors: [{ text: `"${path}" is no part of Ward's SDK` }] };
        }
      });
      builder.onResolve({ filter: /^(node|cloudflare|bun|https?|data|file):/ }, ({ path }) => {
        if (EXTERNALS.includes(path)) return { path, external: true };
        return {
          errors: [{ text: `"${path}" does not exist in an isolate; a function has its grants and web standards` }],
        };
      });
      builder.onLoad({ filter: /.*/ }, async ({ path }) => {
        const real = await realpath(path);
        if (isInside(appDir, real) || real.split(sep).includes("node_modules") || isWardSource(real)) return undefined;
        return {
          errors: [{ text: "the imported file lies outside the app's folder; move it in, or make it a package" }],
        };
      });
    },
  };
}

/** Resolving follows the workspace's links, so these are real paths. */
const ownRequire = createRequire(import.meta.url);
const WARD_DIRS = ["@ward/core", "@ward/sdk"].map((name) => dirname(ownRequire.resolve(name)));

function isWardSource(path: string): boolean {
  return WARD_DIRS.some((dir) => isInside(dir, path));
}

function isInside(dir: string, path: string): boolean {
  const way = relative(dir, path);
  return way !== "" && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function bundleFailed(messages: readonly Message[], file: string, definer: string): WardError {
  const places = messages.map(({ text, location }) => {
    // What esbuild finds wrong in the entry is wrong in the file that the entry imports.
    if (location === null) return { file, line: 1, column: 1, text };
    if (location.file === ENTRY) {
      const problem = text.startsWith("No matching export") ? `export default ${definer}({ … }) is missing` : text;
      return { file, line: 1, column: 1, text: problem };
    }
    return { file: location.file, line: location.line, column: location.column + 1, text };
  });
  const [first] = places;
  const problems = places.map((place) => `${place.file}:${place.line}:${place.column}: ${place.text}`);
  return new WardError("bundle-failed", { file: first?.file ?? file, line: first?.line ?? 1, problems });
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && "errors" in error && Array.isArray(error.errors);
}

/** Sources as seen from the app; of files outside it only the name. */
function withoutMachinePaths(map: string, appDir: string): string {
  const parsed = JSON.parse(map) as { sources: string[] };
  const sources = parsed.sources.map((source) => (isInside(appDir, join(appDir, source)) ? source : basename(source)));
  return JSON.stringify({ ...parsed, sources });
}
