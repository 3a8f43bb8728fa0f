/**
 * Runs before `npm start`, `npm test` and the other commands, under whatever Node the machine has (20 or later), so it
 * is plain JavaScript without dependencies. Installs what the lockfile names when it isn't installed, and makes sure
 * that Node 24, which comes as the `node` dev dependency, is really there.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const stampFile = join(root, "node_modules", ".ward-installed");
const wanted = createHash("sha256")
  .update(readFileSync(join(root, "package-lock.json")))
  .digest("hex");

if (Number(process.versions.node.split(".")[0]) < 20) {
  fail(`Ward needs Node 20 or later to start; this is ${process.version}. Install a current Node LTS and try again.`);
}

if (!isInstalled()) {
  console.log("Ward: installing dependencies (npm ci); this happens once.");
  const npm = process.env.npm_execpath;
  const [command, args] = npm ? [process.execPath, [npm]] : ["npm", []];
  const result = spawnSync(command, [...args, "ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (result.status !== 0) fail("npm ci did not succeed; its own message is above. Mend that and run this again.");
  const version = bundledNodeVersion();
  if (!version) {
    fail(
      "Node 24 was not installed: install scripts are switched off. Run `npm ci --ignore-scripts=false` and try again.",
    );
  }
  writeFileSync(stampFile, wanted);
}

function isInstalled() {
  return existsSync(stampFile) && readFileSync(stampFile, "utf8") === wanted && bundledNodeVersion() !== undefined;
}

function bundledNodeVersion() {
  const binary = join(root, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");
  if (!existsSync(binary)) return undefined;
  return binary;
}

function fail(message) {
  console.error(`Ward: ${message}`);
  process.exit(1);
}
