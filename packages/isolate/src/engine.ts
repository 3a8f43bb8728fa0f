/**
 * What an instance is made of on this machine: the workerd binary, the shared libraries that it and `setpriv` load,
 * and one certificate, because workerd refuses to start without a trust store although it never opens a TLS
 * connection (the out-socket is its only way out).
 */
import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { rootCertificates } from "node:tls";
import { promisify } from "node:util";
import { assert, WardError } from "@ward/core";

const run = promisify(execFile);
const SYSTEM_PATH = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"];

/** The only environment that programs we start get. */
export const BARE_ENVIRONMENT = { PATH: SYSTEM_PATH.join(":") };

/** One file of the instance's root: where it is here, where it appears there. */
export interface RootFile {
  readonly source: string;
  readonly target: string;
}

/** The workerd binary. Throws `startup-failed` where it is not installed. */
export function enginePath(): string {
  const require = createRequire(import.meta.url);
  const loaded = require("workerd") as { default?: unknown };
  if (typeof loaded.default !== "string") throw new WardError("startup-failed", { missing: "workerd" });
  return loaded.default;
}

/** Absolute path of a system program, never looked up in the node's own PATH. */
export function findProgram(name: string): string | undefined {
  return SYSTEM_PATH.map((directory) => `${directory}/${name}`).find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Any one certificate will do, and one is read faster than a hundred. */
export function anyCertificate(): string {
  const certificate = rootCertificates[0];
  assert(certificate, "Node ships root certificates");
  return certificate;
}

/** The libraries that a program loads, as the dynamic linker names them. Throws where there is no such linker. */
async function sharedLibraries(program: string): Promise<readonly string[]> {
  const { stdout } = await run(program, [], { env: { LD_TRACE_LOADED_OBJECTS: "1" }, timeout: 5_000 });
  return parseLinkerTrace(stdout);
}

/** The same for a program with the set-uid bit (as `umount`), which would ignore the environment and simply run. */
async function sharedLibrariesOf(linker: string, program: string): Promise<readonly string[]> {
  const { stdout } = await run(linker, ["--list", program], { env: {}, timeout: 5_000 });
  return parseLinkerTrace(stdout);
}

export function parseLinkerTrace(trace: string): readonly string[] {
  return trace
    .split("\n")
    .map((line) => /(?:=> )?(\/\S+) \(0x[0-9a-f]+\)$/.exec(line.trim())?.[1])
    .filter((path) => path !== undefined);
}

/** Everything that an instance's root holds apart from its slot, and where `umount` finds its own libraries. */
export async function rootFiles(
  engine: string,
): Promise<{ readonly files: readonly RootFile[]; readonly umountLibraries: readonly string[] }> {
  const setpriv = findProgram("setpriv");
  const umount = findProgram("umount");
  if (setpriv === undefined || umount === undefined) throw new Error("util-linux is not installed");
  const ofEngine = await sharedLibraries(engine);
  const linker = ofEngine.find((path) => /\/ld-[^/]*$/.test(path));
  if (linker === undefined) throw new Error("workerd has no dynamic linker");
  const [ofSetpriv, ofUmount] = await Promise.all([
    sharedLibrariesOf(linker, setpriv),
    sharedLibrariesOf(linker, umount),
  ]);
  const libraries = [...new Set([...ofEngine, ...ofSetpriv])];
  return {
    files: [
      { source: engine, target: "/workerd" },
      { source: setpriv, target: "/setpriv" },
      ...libraries.map((path) => ({ source: path, target: path })),
    ],
    umountLibraries: [...new Set(ofUmount.map((path) => `/old${dirname(path)}`))],
  };
}
