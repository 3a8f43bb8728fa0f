#!/usr/bin/env node
/**
 * The `ward` command, in plain JavaScript because it may be started by a Node that can't run TypeScript. With Node 24
 * it goes on in this process; with an older one it runs the Node 24 that the npm package `node` brings, passes signals
 * on, and ends as that ends. The channel to the child tells it when this process is gone, however it went.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import module, { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const major = Number(process.versions.node.split(".")[0]);

if (major >= 24) {
  // Half of a short command is compiling what was compiled the last time. The cache lies with the user, since a folder
  // that others may write would let them put in code.
  module.enableCompileCache(join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "ward", "compiled"));
  await import("./main.ts");
} else runUnderNode24();

function runUnderNode24() {
  const node = findNode24();
  if (!node) {
    console.error(
      `ward: Node 24 is needed and this is ${process.version}. Install it, or add the npm package node@24.`,
    );
    process.exit(2);
  }
  const main = fileURLToPath(new URL("./main.ts", import.meta.url));
  const child = spawn(node, [...process.execArgv, main, ...process.argv.slice(2)], {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", () => {
    console.error(`ward: ${node} can't be run. Reinstall with \`npm ci\`.`);
    process.exit(2);
  });
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code ?? 2);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

function findNode24() {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve("node/package.json"));
    const binary = join(folder, "bin", process.platform === "win32" ? "node.exe" : "node");
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}
