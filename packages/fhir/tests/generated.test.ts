/** What is committed is what the generator makes of the definitions: nobody edited it, and nothing is out of date. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, it } from "node:test";
import { fileURLToPath } from "node:url";

const committed = fileURLToPath(new URL("../src/generated/", import.meta.url));
const generator = fileURLToPath(new URL("../scripts/generate.ts", import.meta.url));
const fresh = mkdtempSync(join(tmpdir(), "ward-generated-"));
after(() => rmSync(fresh, { recursive: true }));

it("generates the same files again", () => {
  execFileSync(process.execPath, [generator, fresh], { stdio: "pipe" });
  const files = filesOf(fresh);
  assert.deepEqual(filesOf(committed), files);
  for (const file of files) {
    assert.ok(readFileSync(join(committed, file)).equals(readFileSync(join(fresh, file))), `${file} differs`);
  }
});

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.includes("."))
    .sort();
}
