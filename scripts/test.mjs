/**
 * `npm test [-- path …]`: runs the tests below the named paths, or all of them. Files that boot the whole node run one
 * after another at the end, since each starts PostgreSQL and several workerd processes and the machine may be small.
 */
import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";

const scopes = process.argv.slice(2);
const patterns = ["packages/**/*.test.ts", "apps/**/*.test.ts", "examples/**/*.test.ts", "tests/**/*.test.ts"];
const all = globSync(patterns, { exclude: (path) => String(path).includes("node_modules") })
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => scopes.length === 0 || scopes.some((scope) => path.startsWith(scope)))
  .toSorted();
if (all.length === 0) {
  console.error(`no tests below ${scopes.join(", ") || "this folder"}`);
  process.exit(1);
}
const whole = all.filter((path) => path.startsWith("tests/"));
const rooms = all.filter((path) => !path.startsWith("tests/"));
let failed = false;
for (const [files, concurrency] of [
  [rooms, Math.max(2, Math.min(4, availableParallelism()))],
  [whole, 1],
]) {
  if (files.length === 0) continue;
  const result = spawnSync(
    process.execPath,
    ["--test", `--test-concurrency=${concurrency}`, "--test-timeout=300000", ...files.map((file) => join(".", file))],
    { stdio: "inherit", env: { ...process.env, NODE_OPTIONS: "", NODE_ENV: "test" } },
  );
  failed ||= result.status !== 0;
}
process.exit(failed ? 1 : 0);
