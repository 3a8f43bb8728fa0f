/**
 * One set of files as code: what was parsed and what was found out is kept for all functions and for all who ask. INVARIANT:
 * total. Whatever the files hold, an analysis ends within its budget and says what it gave up.
 */
import type { FileReader } from "../readers/reading.ts";
import { SourceText, type Spot } from "../source/source-text.ts";
import type * as contract from "./contract.ts";
import type { ParsedModule } from "./evaluate/module-code.ts";
import type { Found, FindModule } from "./evaluate/load-module.ts";
import { evaluateExport, runHandler } from "./evaluate/run-handler.ts";
import type { Limits } from "./evaluate/machine.ts";
import { importsOf, writtenEnvironment } from "./modules/imports.ts";
import { ModuleResolver } from "./modules/resolve-module.ts";
import { ModuleParser } from "./syntax/parse-module.ts";

export const BUDGET: contract.Budget = { stepsMax: 1_500_000, timeMaxMs: 4_000 };

/** Trees of so much text are kept: each takes some fifty times as much. */
const KEPT_MAX_CHARACTERS = 700_000;
const FILES_MAX = 3_000;

const projects = new WeakMap<FileReader, Promise<contract.CodeProject>>();

/** The project of a set of files; everybody who asks with the same `files` gets the same. */
export function codeProjectOf(files: FileReader): Promise<contract.CodeProject> {
  let project = projects.get(files);
  if (!project) {
    project = import("oxc-parser").then((oxc) => new ParsedProject(files, new ModuleParser(oxc)));
    projects.set(files, project);
  }
  return project;
}

type Read = { readonly ok: true; readonly module: ParsedModule } | { readonly ok: false; readonly reason: string };

class ParsedProject implements contract.CodeProject {
  readonly files: FileReader;
  readonly #parser: ModuleParser;
  readonly #resolver: ModuleResolver;
  readonly #read = new Map<string, Read>();
  #keptCharacters = 0;
  readonly #analyses = new Map<string, contract.CodeAnalysis>();
  /** Code that is no file of the disk, by the name that it goes under. */
  readonly #inline = new Map<string, string>();

  constructor(files: FileReader, parser: ModuleParser) {
    this.files = files;
    this.#parser = parser;
    this.#resolver = new ModuleResolver(files);
  }

  analyze(request: contract.CodeRequest): contract.CodeAnalysis {
    const key = keyOf(request);
    let analysis = this.#analyses.get(key);
    if (!analysis) {
      if (request.inline) this.#inline.set(request.entry.file, request.inline.text);
      this.#analyses.set(key, (analysis = this.#analyze(request)));
      this.#release();
    }
    return analysis;
  }

  evaluate(file: string, exportName: string): contract.CodeValue {
    const read = this.#parsed(file);
    if (!read.ok) {
      const spot = { source: new SourceText(file, ""), offset: 0 };
      return { kind: "unknown", reason: read.reason, from: [], spot };
    }
    return evaluateExport(read.module, exportName, this.#finder([]), limitsOf(undefined));
  }

  #analyze(request: contract.CodeRequest): contract.CodeAnalysis {
    const { entry, layers = [], budget, environment = new Map() } = request;
    const read = this.#parsed(entry.file);
    if (!read.ok) return nothing(request, read.reason);
    const find = this.#finder(layers);
    const { machine, returns, throws, handler } = runHandler(entry, read.module, find, limitsOf(budget), environment);
    const { files, imports } = this.#closure(read.module, layers);
    const reached = [...machine.environment.values()];
    return {
      calls: machine.calls,
      throws,
      returns,
      environment: [...reached, ...files.flatMap((file) => writtenEnvironment(file.source, reached))],
      imports,
      files: files.map(({ file }) => file),
      gaps: machine.gaps,
      handler,
      steps: machine.steps,
    };
  }

  /** All files of the function, whether they were seen to run or not. */
  #closure(
    entry: ParsedModule,
    layers: readonly string[],
  ): { readonly files: readonly ParsedModule[]; readonly imports: readonly contract.ModuleImport[] } {
    const files = [entry];
    const seen = new Set([entry.file]);
    const imports: contract.ModuleImport[] = [];
    for (let at = 0; at < files.length && at < FILES_MAX; at++) {
      const module = files[at];
      for (const { specifier, offset, isRequire, bundled } of module ? importsOf(module) : []) {
        const spot: Spot = { source: module?.source ?? entry.source, offset };
        if (bundled !== undefined) {
          imports.push({ specifier, kind: "package", target: bundled, spot });
          continue;
        }
        const resolved = this.#resolver.resolve(specifier, module?.file ?? "", isRequire, layers);
        imports.push(importOf(specifier, resolved, spot));
        if (resolved.kind !== "file" || seen.has(resolved.file)) continue;
        seen.add(resolved.file);
        const read = resolved.file.endsWith(".json") ? undefined : this.#parsed(resolved.file);
        if (read?.ok === true) files.push(read.module);
      }
    }
    return { files, imports };
  }

  #finder(layers: readonly string[]): FindModule {
    return (specifier, from, isRequire): Found => {
      const resolved = this.#resolver.resolve(specifier, from, isRequire, layers);
      if (resolved.kind !== "file") return resolved;
      if (resolved.file.endsWith(".json")) return jsonOf(resolved.file, this.files.read(resolved.file));
      const read = this.#parsed(resolved.file);
      return read.ok ? { kind: "own", module: read.module } : { kind: "missing", reason: read.reason };
    };
  }

  #parsed(file: string): Read {
    const known = this.#read.get(file);
    if (known) return known;
    const text = this.#inline.get(file) ?? this.files.read(file);
    let read: Read = { ok: false, reason: `${file} cannot be read` };
    if (text !== undefined) {
      const parsed = this.#parser.parse(file, text);
      read = parsed;
      this.#keptCharacters += text.length;
    }
    this.#read.set(file, read);
    return read;
  }

  /** Forgets the oldest trees; one that is asked for again is parsed again. */
  #release(): void {
    for (const [file, read] of this.#read) {
      if (this.#keptCharacters <= KEPT_MAX_CHARACTERS) return;
      this.#read.delete(file);
      if (read.ok) this.#keptCharacters -= read.module.source.text.length;
    }
  }
}

function keyOf({ entry, layers = [], inline, environment = new Map(), budget }: contract.CodeRequest): string {
  const known = [...environment].map(([name, value]) => `${name}=${value}`).toSorted();
  const { stepsMax = 0, timeMaxMs = 0 } = budget ?? {};
  const parts = [entry.file, entry.export, entry.member, layers, inline?.text, known, stepsMax, timeMaxMs];
  return JSON.stringify(parts);
}

function limitsOf(budget: Partial<contract.Budget> | undefined): Limits {
  const { stepsMax, timeMaxMs } = { ...BUDGET, ...budget };
  const now = (): number => performance.now();
  return { stepsMax, deadlineMs: now() + timeMaxMs, now };
}

function nothing({ entry, inline }: contract.CodeRequest, reason: string): contract.CodeAnalysis {
  const spot = inline?.spot ?? { source: new SourceText(entry.file, ""), offset: 0 };
  return {
    calls: [],
    throws: [],
    returns: [],
    environment: [],
    imports: [],
    files: [],
    gaps: [{ kind: "module", reason, spot, stack: [] }],
    handler: undefined,
    steps: 0,
  };
}

function importOf(
  specifier: string,
  resolved: ReturnType<ModuleResolver["resolve"]>,
  spot: Spot,
): contract.ModuleImport {
  if (resolved.kind === "file") return { specifier, kind: "own", target: resolved.file, spot };
  if (resolved.kind === "missing") return { specifier, kind: "missing", target: specifier, spot };
  const { module } = resolved;
  if (module.startsWith("node:")) return { specifier, kind: "builtin", target: module, spot };
  const parts = module.split("/").slice(0, module.startsWith("@") ? 2 : 1);
  return { specifier, kind: "package", target: parts.join("/"), spot };
}

function jsonOf(file: string, text: string | undefined): Found {
  try {
    return { kind: "json", value: JSON.parse(text ?? "") as unknown };
  } catch {
    return { kind: "missing", reason: `${file} is not JSON` };
  }
}
