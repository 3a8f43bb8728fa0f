/**
 * `npm run check`: everything that can be said of the code without running it. Each check prints only when it finds
 * something; all run even where one fails.
 */
import { spawn } from "node:child_process";
import { globSync } from "node:fs";
import { join } from "node:path";

const bin = (name) => join("node_modules", ".bin", name);
const workers = globSync("packages/*/tsconfig.worker.json").map(
  (path) => /** @type {[string, string, string[]]} */ ([`types (${path})`, bin("tsc"), ["-p", path]]),
);
/** @type {[name: string, command: string, args: string[]][]} */
const checks = [
  ["types", bin("tsc"), ["-p", "."]],
  ["types (examples/hospital)", bin("tsc"), ["-p", "examples/hospital"]],
  ...workers,
  [
    "lint",
    bin("oxlint"),
    ["--type-aware", "--deny-warnings", "packages", "apps", "examples", "bench", "scripts", "tests"],
  ],
  ["format", bin("prettier"), ["--check", "--log-level", "warn", "."]],
  [
    "boundaries",
    bin("depcruise"),
    ["--config", ".dependency-cruiser.mjs", "--output-type", "err", "packages", "apps", "bench", "tests"],
  ],
  ["dead code", bin("knip"), ["--no-progress"]],
  ["house rules", process.execPath, ["scripts/house-rules.mjs"]],
];

let failed = false;
for (const [name, command, args] of checks) {
  const started = performance.now();
  const { status, output } = await run(command, args);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${status === 0 ? "ok  " : "FAIL"} ${name} (${seconds} s)`);
  if (status !== 0) {
    failed = true;
    console.log(output.trimEnd());
  }
}
process.exit(failed ? 1 : 0);

function run(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (data) => (output += data));
    child.stderr.on("data", (data) => (output += data));
    child.on("error", (error) => resolve({ status: 1, output: String(error) }));
    child.on("close", (status) => resolve({ status: status ?? 1, output }));
  });
}
