/**
 * What a CDK app writes beside its templates (`cdk.out/manifest.json` and the files that it names): the region that a stack
 * goes to, which template a nested stack's asset is, and which construct, on which line of the app, made a resource. The
 * templates are judged without it as well; with it a finding says where its author can mend it.
 */
import { dirname, join } from "node:path/posix";
import type { Assembly, FileReader } from "../reading.ts";

/** The assembly of each folder that has one. */
export function readAssemblies(paths: readonly string[], files: FileReader): ReadonlyMap<string, Assembly> {
  const assemblies = new Map<string, Assembly>();
  for (const path of paths) {
    if (!/(^|\/)manifest\.json$/.test(path)) continue;
    const artifacts = field(parsed(files, path), "artifacts");
    if (typeof artifacts === "object" && artifacts !== null) {
      assemblies.set(dirname(path), new CdkAssembly(dirname(path), Object.values(artifacts), files));
    }
  }
  return assemblies;
}

class CdkAssembly implements Assembly {
  readonly #folder: string;
  readonly #regions = new Map<string, string>();
  readonly #assets = new Map<string, string>();
  /** By template, then by logical id. */
  readonly #constructs = new Map<string, Map<string, string>>();

  constructor(folder: string, artifacts: readonly unknown[], files: FileReader) {
    this.#folder = folder;
    for (const artifact of artifacts) {
      const properties = field(artifact, "properties");
      if (field(artifact, "type") === "cdk:asset-manifest") {
        this.#addAssets(parsed(files, join(folder, text(properties, "file") ?? "")));
      } else if (field(artifact, "type") === "aws:cloudformation:stack") {
        const template = join(folder, text(properties, "templateFile") ?? "");
        const region = /^aws:\/\/[^/]*\/([a-z]{2}(?:-[a-z]+)+-\d)$/.exec(text(artifact, "environment") ?? "")?.[1];
        if (region !== undefined) this.#regions.set(template, region);
        const beside = text(artifact, "additionalMetadataFile");
        this.#addConstructs(template, field(artifact, "metadata"));
        if (beside !== undefined) this.#addConstructs(template, parsed(files, join(folder, beside)));
      }
    }
  }

  regionOf(template: string): string | undefined {
    return this.#regions.get(template);
  }

  isNested(path: string): boolean {
    return (
      [...this.#assets.values()].includes(path) && !this.#regions.has(path) && path.endsWith(".nested.template.json")
    );
  }

  templateOf(url: string): string | undefined {
    const hash = /([0-9a-f]{32,128})\.json$/.exec(url)?.[1];
    return hash === undefined ? undefined : this.#assets.get(hash);
  }

  constructOf(template: string, logicalId: string): string | undefined {
    return this.#constructs.get(template)?.get(logicalId);
  }

  #addAssets(manifest: unknown): void {
    for (const [hash, asset] of entries(field(manifest, "files"))) {
      const path = text(field(asset, "source"), "path");
      if (path !== undefined) this.#assets.set(hash, join(this.#folder, path));
    }
  }

  /** Construct paths below a nested stack's belong to its own template. */
  #addConstructs(template: string, metadata: unknown): void {
    const templates = entries(metadata).flatMap(([path, said]) => {
      const own = dataOf(said, "aws:cdk:templateFile");
      return typeof own === "string" ? [{ path: `${path}/`, file: join(this.#folder, own) }] : [];
    });
    const innermostFirst = templates.toSorted((one, other) => other.path.length - one.path.length);
    for (const [path, said] of entries(metadata)) {
      const logicalId = dataOf(said, "aws:cdk:logicalId");
      if (typeof logicalId !== "string") continue;
      const file = innermostFirst.find((one) => path.startsWith(one.path))?.file ?? template;
      const ofTemplate = this.#constructs.get(file) ?? new Map<string, string>();
      this.#constructs.set(file, ofTemplate.set(logicalId, described(path.replace(/^\//, ""), said)));
    }
  }
}

/** The construct's path and, where the app ran with `--debug`, the line of its author's own code that made it. */
function described(path: string, said: unknown): string {
  const traced = Array.isArray(said) ? said.map((one: unknown) => field(one, "trace")).find(Array.isArray) : undefined;
  const frames: unknown = traced ?? dataOf(said, "aws:cdk:creationStack");
  const lines = Array.isArray(frames) ? frames.filter((frame) => typeof frame === "string") : [];
  for (const line of lines) {
    const place = /((?:file:\/\/)?(?:[A-Za-z]:)?[^\s():]+\.(?:[cm]?[jt]s|py|java|cs|go)):(\d+)/.exec(
      line.slice(0, 500),
    );
    if (place?.[1] !== undefined && !place[1].includes("node_modules")) {
      return `${path} (${place[1].replace(/^file:\/\//, "")}:${place[2] ?? ""})`;
    }
  }
  return path;
}

function dataOf(said: unknown, type: string): unknown {
  return Array.isArray(said)
    ? field(
        said.find((one: unknown) => field(one, "type") === type),
        "data",
      )
    : undefined;
}

function parsed(files: FileReader, path: string): unknown {
  try {
    return JSON.parse(files.read(path) ?? "null") as unknown;
  } catch {
    // The templates are judged all the same, under their logical ids.
    return undefined;
  }
}

function entries(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === "object" && value !== null ? Object.entries(value) : [];
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}

function text(value: unknown, name: string): string | undefined {
  const found = field(value, name);
  return typeof found === "string" ? found : undefined;
}
