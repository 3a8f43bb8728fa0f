/**
 * The binary configuration with which workerd runs one release: one worker, one socket in, two views of the one socket
 * out, and nothing else. No disk service, no cache, no inspector, no `internet` service bound to anything.
 *
 * workerd's own compiler turns the text into Cap'n Proto, once per release; the result holds code and no PHI.
 */
import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { assert, WardError } from "@ward/core";

const run = promisify(execFile);

/** Fixed with the workerd version in package.json: a later date may switch on behaviour that nobody here has tried. */
const COMPATIBILITY_DATE = "2026-11-01";

/** `cloudflare:workers` would hand `env`, and with it the door, to any module of the bundle. */
const COMPATIBILITY_FLAGS = ["disallow_importable_env"];

/**
 * A request leaves about 10 KB outside V8's heap, which only a full collection frees, and V8 sees no hurry: left alone,
 * a function that holds nothing grows by 180 MB in 20,000 calls before the first one. The supervisor would kill it for
 * garbage. Starting with a small heap, and letting it grow by half, it stays within 60 MB.
 */
const EARLY_COLLECTION = ["--initial-heap-size=1", "--heap-growing-percent=50", "--max-semi-space-size=2"];

export interface EngineProgram {
  /** Names the module in stack traces: `lab-result` appears as `lab-result.js`. */
  readonly name: string;
  readonly bundle: string;
  /** The limit of V8's old generation. */
  readonly memoryMb: number;
}

/** `directory` is the compiler's to write in and is removed afterwards. */
export async function compileConfig(engine: string, directory: string, program: EngineProgram): Promise<Buffer> {
  try {
    // Not `recursive`: where the run directory is gone, the node has closed, and nothing may bring it back.
    await mkdir(directory, { mode: 0o700 });
    await writeFile(join(directory, "bundle.js"), program.bundle);
    await writeFile(join(directory, "config.capnp"), configText(program));
    const { stdout } = await run(engine, ["compile", "--config-only", "config.capnp"], {
      cwd: directory,
      env: {},
      encoding: "buffer",
      maxBuffer: 64 << 20,
      timeout: 10_000,
    });
    return stdout;
  } catch {
    throw new WardError("function-unavailable", { phase: "compile" });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

export function configText(program: EngineProgram): string {
  assert(/^[\w.-]+$/.test(program.name), "a function's name is a file name");
  assert(Number.isInteger(program.memoryMb) && program.memoryMb > 0, "a limit is a whole number of megabytes");
  const flags = COMPATIBILITY_FLAGS.map((flag) => `"${flag}"`).join(", ");
  const v8Flags = [`--max-old-space-size=${program.memoryMb}`, ...EARLY_COLLECTION].map((flag) => `"${flag}"`);
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  v8Flags = [${v8Flags.join(", ")}],
  services = [
    (name = "function", worker = (
      modules = [(name = "${program.name}.js", esModule = embed "bundle.js")],
      compatibilityDate = "${COMPATIBILITY_DATE}",
      compatibilityFlags = [${flags}],
      bindings = [(name = "DOOR", service = "door")],
      globalOutbound = "egress",
    )),
    (name = "door", external = (http = (style = host))),
    (name = "egress", external = (http = (style = proxy))),
  ],
  sockets = [(name = "in", http = (), service = "function")],
);
`;
}
