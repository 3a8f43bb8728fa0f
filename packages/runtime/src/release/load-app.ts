/**
 * An app's folder, read and built: configuration, policies, and one release for each function. The node never runs the
 * author's code itself: definitions are read by evaluating their bundles in confinement (`InstanceHost.evaluate`) and
 * parsed with core's total parsers. Every problem names file and line, and all of them are reported at once.
 */
import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { parseAppConfig, parseManifest, WardError, type FunctionManifest } from "@ward/core";
import type { App, FunctionRelease } from "../contract.ts";
import { bundleFile, type Bundle, type BundleKind } from "./bundle.ts";
import { locateMember } from "./locate-member.ts";
import { bundleDigest, releaseDigest } from "./release-digest.ts";
import type { EvaluationStorage } from "./release-storage.ts";

export interface LoadOptions {
  /** `InstanceHost.evaluate`. */
  readonly evaluate: (bundle: string) => Promise<unknown>;
  /** Spares evaluating bundles that are known; without it all are evaluated. */
  readonly evaluations?: EvaluationStorage;
}

const CONFIG_FILE = "ward.config.ts";
const DEFINERS = { function: "defineFunction", config: "defineConfig" } as const;

/** Throws `bundle-failed` or `bad-manifest` with `file`, `line` and `problems` (`functions/x.ts:3:1: …`, all of the app's). */
export async function loadApp(dir: string, options: LoadOptions): Promise<App> {
  const baas = (await listNames(join(dir, "compliance", "baas"), /\.ya?ml$/)).map(withoutExtension);
  const files = (await listNames(join(dir, "functions"), /\.ts$/)).filter((name) => !/\.(test|d)\.ts$/.test(name));
  const [config, ...releases] = await allOrProblems([
    readConfig(dir, options),
    ...files.map(async (name) => await readFunction(dir, join("functions", name), baas, options)),
  ] as const);
  refuseRivals(releases.map((release) => release.manifest));
  return { config, releases, policies: await readPolicies(join(dir, "policies")) };
}

async function readConfig(dir: string, options: LoadOptions): Promise<App["config"]> {
  const { value } = await readDefinition(dir, CONFIG_FILE, "config", options);
  return await locating(dir, CONFIG_FILE, "config", () => parseAppConfig(value));
}

async function readFunction(
  dir: string,
  file: string,
  baas: readonly string[],
  options: LoadOptions,
): Promise<FunctionRelease> {
  const { bundle, value } = await readDefinition(dir, file, "function", options);
  const manifest = await locating(dir, file, "function", () => {
    const parsed = parseManifest(value, withoutExtension(basename(file)));
    refuseUnknownAgreements(parsed, baas);
    return parsed;
  });
  return { digest: releaseDigest(bundle.code, manifest), manifest, bundle: bundle.code, sourceMap: bundle.sourceMap };
}

async function readDefinition(
  dir: string,
  file: string,
  kind: BundleKind,
  { evaluate, evaluations }: LoadOptions,
): Promise<{ readonly bundle: Bundle; readonly value: unknown }> {
  const bundle = await bundleFile(dir, file, kind);
  const digest = bundleDigest(bundle.code);
  const known = await evaluations?.find(digest);
  if (known !== undefined) return { bundle, value: known };
  let value: unknown;
  try {
    value = await evaluate(bundle.code);
  } catch {
    // What the code threw is the author's text and stays in the isolate.
    const problem = "the file could not be evaluated: its top level throws, or its default export is no definition";
    throw placed("bundle-failed", file, 1, { problem });
  }
  // The caller parses `value` whatever its source, so that a remembered one is trusted no more than a fresh one.
  await evaluations?.store(digest, value);
  return { bundle, value };
}

/** Every host that is covered by an agreement needs that agreement's file, reviewed in Git (45 CFR 164.308(b)). */
function refuseUnknownAgreements(manifest: FunctionManifest, baas: readonly string[]): void {
  for (const [index, { baa }] of manifest.grants.egress.entries()) {
    if (baa === "none" || baas.includes(baa)) continue;
    throw new WardError("bad-manifest", {
      path: `grants.egress[${index}].baa`,
      remedy: `add compliance/baas/${baa}.yaml, or name an agreement that is there`,
    });
  }
}

/** Two functions for one route or one message type: which of them answers would be chance. */
function refuseRivals(manifests: readonly FunctionManifest[]): void {
  const taken = new Map<string, string>();
  for (const { name, trigger } of manifests) {
    const claim =
      trigger.kind === "http"
        ? `${trigger.method} ${trigger.route.replaceAll(/:[A-Za-z0-9]+/g, ":")}`
        : trigger.kind === "hl7"
          ? trigger.message
          : name;
    const rival = taken.get(claim);
    if (rival !== undefined) {
      throw placed("bad-manifest", `functions/${name}.ts`, 1, {
        path: "trigger",
        remedy: `functions/${rival}.ts has the same trigger; change one of them`,
      });
    }
    taken.set(claim, name);
  }
}

/** Adds file and line to a refused definition. */
async function locating<T>(dir: string, file: string, kind: BundleKind, parse: () => T): Promise<T> {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof WardError) || error.code !== "bad-manifest") throw error;
    const source = await readFile(join(dir, file), "utf8");
    const { path = "", remedy = "" } = error.detail as { path?: string; remedy?: string };
    throw placed("bad-manifest", file, locateMember(source, DEFINERS[kind], path), { path, remedy });
  }
}

function placed(
  code: "bad-manifest" | "bundle-failed",
  file: string,
  line: number,
  detail: Readonly<Record<string, string>>,
): WardError {
  const problem = `${file}:${line}:1: ${Object.values(detail).join(": ")}`;
  return new WardError(code, { file, line, ...detail, problems: [problem] });
}

/** All values, or the first failure with everybody's problems. */
async function allOrProblems<const T extends readonly Promise<unknown>[]>(
  work: T,
): Promise<{ -readonly [I in keyof T]: Awaited<T[I]> }> {
  const outcomes = await Promise.allSettled(work);
  const failures = outcomes
    .filter((outcome) => outcome.status === "rejected")
    .map((outcome): unknown => outcome.reason);
  const [first] = failures;
  if (first instanceof WardError) {
    const problems = failures.flatMap((failure) =>
      failure instanceof WardError ? (failure.detail["problems"] ?? []) : [],
    );
    throw new WardError(first.code, { ...first.detail, problems: problems as string[] });
  }
  if (failures.length > 0) throw first;
  return outcomes.map((outcome) => (outcome as PromiseFulfilledResult<unknown>).value) as never;
}

async function readPolicies(dir: string): Promise<Record<string, string>> {
  const names = await listNames(dir, /\.cedar$/);
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(dir, name), "utf8")])),
  );
}

/** File names in a fixed order; a folder that is not there is empty. */
async function listNames(dir: string, pattern: RegExp): Promise<string[]> {
  try {
    const entries = await readdir(dir, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && pattern.test(entry.name))
      .map((entry) => entry.name)
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

function withoutExtension(name: string): string {
  return name.replace(/\.[^.]+$/, "");
}
