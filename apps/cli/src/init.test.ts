import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { ward } from "./testing/fake-platform.ts";

const cwd = mkdtempSync(join(tmpdir(), "ward-cli-init-"));
after(() => rmSync(cwd, { recursive: true }));

describe("ward init", () => {
  it("writes an app that carries the folder's name, and says what to do next", async () => {
    const { exitCode, stdout } = await ward(["init", "Night Clinic 2"], { cwd });
    assert.equal(exitCode, 0);
    assert.match(stdout, /npx ward dev --app "Night Clinic 2"/);
    const dir = join(cwd, "Night Clinic 2");
    const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    assert.ok(files.length >= 8);
    for (const file of files) {
      assert.ok(!readFileSync(join(file.parentPath, file.name), "utf8").includes("my-clinic"), file.name);
    }
    assert.match(readFileSync(join(dir, "ward.config.ts"), "utf8"), /name: "night-clinic-2"/);
    assert.match(readFileSync(join(dir, ".gitignore"), "utf8"), /^\.ward\/$/m);
    const types = JSON.parse(readFileSync(join(dir, "tsconfig.json"), "utf8")) as {
      compilerOptions: { paths: Record<string, string[]> };
    };
    assert.match(readFileSync(types.compilerOptions.paths["@ward/sdk"]![0]!, "utf8"), /defineFunction/);
  });

  it("writes an app whose types hold", async () => {
    await ward(["init", "typed"], { cwd });
    const tsc = fileURLToPath(new URL("../../../node_modules/.bin/tsc", import.meta.url));
    const { status, stdout } = spawnSync(tsc, ["-p", join(cwd, "typed")], { encoding: "utf8" });
    assert.equal(status, 0, stdout);
  });

  it("lists the files with --json", async () => {
    const { stdout } = await ward(["init", "json", "--json"], { cwd });
    const { name, files } = JSON.parse(stdout) as { name: string; files: string[] };
    assert.equal(name, "json");
    assert.ok(files.includes("functions/register-patient.ts"));
  });

  it("refuses a folder that holds anything, and leaves it alone", async () => {
    mkdirSync(join(cwd, "full"));
    writeFileSync(join(cwd, "full", "mine"), "mine");
    const { exitCode, stderr } = await ward(["init", "full"], { cwd });
    assert.equal(exitCode, 2);
    assert.equal(stderr, "ward: full is not empty, and nothing is overwritten. Name a new folder.\n");
    assert.deepEqual(readdirSync(join(cwd, "full")), ["mine"]);
  });

  it("refuses a name of which nothing is left, and a file in the folder's place", async () => {
    writeFileSync(join(cwd, "file"), "");
    for (const name of ["2024", "file"]) assert.equal((await ward(["init", name], { cwd })).exitCode, 2, name);
  });
});
