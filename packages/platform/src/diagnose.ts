/** `ward doctor`: what this machine gives and lacks, found by trying, each with what to do about it. */
import { execFile } from "node:child_process";
import { existsSync, statfsSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { asWardError, systemClock } from "@ward/core";
import { detectConfinement } from "@ward/isolate";
import { locateServerBinaries } from "@ward/postgres";
import type { Finding } from "./contract.ts";
import { askRunningNode, openStateDir } from "./state-dir.ts";

export interface DiagnoseOptions {
  readonly stateDir: string;
  readonly ports: readonly number[];
}

const NODE_MAJOR = 24;
const FREE_MB_MIN = 512;
const MEGABYTE = 1024 * 1024;
const run = promisify(execFile);

export async function diagnose({ stateDir, ports }: DiagnoseOptions): Promise<readonly Finding[]> {
  const checks: readonly (readonly [string, () => Promise<Omit<Finding, "what">> | Omit<Finding, "what">])[] = [
    ["Node.js", nodeVersion],
    ["confinement of functions", confinement],
    ["PostgreSQL", postgres],
    ["state folder", () => stateFolder(stateDir)],
    ["root key", () => rootKey(stateDir)],
    ["free disk space", () => diskSpace(stateDir)],
    ["clock", clock],
    ...ports.map((port) => [`port ${port}`, async () => await portIsFree(port, stateDir)] as const),
  ];
  const findings: Finding[] = [];
  for (const [what, check] of checks) {
    try {
      findings.push({ what, ...(await check()) });
    } catch (thrown) {
      const { code, detail } = asWardError(thrown);
      findings.push({ what, verdict: "missing", explanation: String(detail["reason"] ?? code) });
    }
  }
  return findings;
}

function nodeVersion(): Omit<Finding, "what"> {
  const major = Number(process.versions.node.split(".")[0]);
  if (major >= NODE_MAJOR) return { verdict: "ok", explanation: process.version };
  return { verdict: "missing", explanation: `${process.version}; run through npm, which brings Node ${NODE_MAJOR}.` };
}

async function confinement(): Promise<Omit<Finding, "what">> {
  const { mode, explanation } = await detectConfinement();
  return { verdict: mode === "none" ? "weak" : "ok", explanation };
}

async function postgres(): Promise<Omit<Finding, "what">> {
  const { postgres: binary, version } = await locateServerBinaries();
  await run(binary, ["--version"]);
  return { verdict: "ok", explanation: `${version}, embedded` };
}

async function stateFolder(path: string): Promise<Omit<Finding, "what">> {
  if (!existsSync(path)) return { verdict: "ok", explanation: `${resolve(path)} is made at the first start` };
  const dir = openStateDir(path);
  const running = await askRunningNode(dir);
  const node = running === undefined ? "no node is running on it" : `a node is running on it (process ${running.pid})`;
  return { verdict: "ok", explanation: `${dir.root}, readable by its owner only; ${node}` };
}

function rootKey(stateDir: string): Omit<Finding, "what"> {
  const path = join(resolve(stateDir), "keys", "root.json");
  if (!existsSync(path)) return { verdict: "ok", explanation: "made at the first start" };
  if ((statSync(path).mode & 0o077) !== 0) {
    return { verdict: "missing", explanation: `Others may read ${path}. Make it yours alone: chmod 600.` };
  }
  if (process.env["WARD_PASSPHRASE"]) return { verdict: "ok", explanation: "sealed by a passphrase" };
  return {
    verdict: "weak",
    explanation: "a plain file, for development; set WARD_PASSPHRASE before the first start to seal it",
  };
}

function diskSpace(stateDir: string): Omit<Finding, "what"> {
  let path = resolve(stateDir);
  while (!existsSync(path)) path = dirname(path);
  const { bavail, bsize } = statfsSync(path);
  const freeMb = Math.floor((bavail * bsize) / MEGABYTE);
  if (freeMb >= FREE_MB_MIN) return { verdict: "ok", explanation: `${freeMb} MB at ${path}` };
  return { verdict: "missing", explanation: `${freeMb} MB at ${path}; Ward needs ${FREE_MB_MIN} MB to start.` };
}

/** Audit entries are only as true as the clock (45 CFR 164.312(b)); a clock before this release is surely wrong. */
function clock(): Omit<Finding, "what"> {
  const now = systemClock.now();
  if (now.getUTCFullYear() >= 2026) return { verdict: "ok", explanation: now.toISOString() };
  return { verdict: "missing", explanation: `${now.toISOString()} cannot be right; set the clock.` };
}

async function portIsFree(port: number, stateDir: string): Promise<Omit<Finding, "what">> {
  const free = await new Promise<boolean>((settle) => {
    const server = createServer();
    server.once("error", () => settle(false));
    server.listen(port, "127.0.0.1", () => server.close(() => settle(true)));
  });
  if (free) return { verdict: "ok", explanation: "free" };
  const running = existsSync(stateDir) ? await askRunningNode(openStateDir(stateDir)) : undefined;
  if (running !== undefined && `${running.https} ${running.mllp}`.includes(`:${port}`)) {
    return { verdict: "ok", explanation: `used by the running node (process ${running.pid})` };
  }
  return { verdict: "missing", explanation: "taken by another program; stop it, or pass --port and --mllp-port" };
}
