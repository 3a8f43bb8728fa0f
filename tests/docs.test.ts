import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { errorsPage, ERRORS_FILE } from "../scripts/write-errors.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const PAGES = globSync("{*.md,docs/**/*.md,examples/**/*.md}", {
  cwd: ROOT,
  exclude: (path) => path.includes("node_modules"),
});

describe("the documentation", () => {
  it("lists exactly the errors that there are", () => {
    assert.equal(readFileSync(ERRORS_FILE, "utf8"), errorsPage(), "run: node scripts/write-errors.ts");
  });

  it("links to pages that exist", () => {
    const broken = PAGES.flatMap((page) =>
      [...readFileSync(join(ROOT, page), "utf8").matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
        .map((match) => match[1] ?? "")
        .filter((target) => !/^[a-z]+:/.test(target) && !existsSync(join(ROOT, dirname(page), target)))
        .map((target) => `${page} → ${target}`),
    );
    assert.deepEqual(broken, []);
  });

  it("shows functions that compile under the same strictness as the project", () => {
    const folder = mkdtempSync(join(ROOT, "tests", ".docs-"));
    try {
      const examples = PAGES.flatMap((page) =>
        [
          ...readFileSync(join(ROOT, page), "utf8").matchAll(/```ts\n\/\/ (functions\/[a-z-]+\.ts)\n([\s\S]*?)```/g),
        ].map((match) => ({ page, file: match[1] ?? "", code: match[2] ?? "" })),
      );
      assert.ok(examples.length >= 4, "the guide's examples were found");
      for (const [index, { file, code }] of examples.entries()) {
        const path = join(folder, String(index), file);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, code);
      }
      const project = JSON.parse(readFileSync(join(ROOT, "examples/hospital/tsconfig.json"), "utf8")) as object;
      writeFileSync(
        join(folder, "tsconfig.json"),
        JSON.stringify({ ...project, extends: "../../examples/hospital/tsconfig.json", include: ["**/*.ts"] }),
      );
      execFileSync(join(ROOT, "node_modules/.bin/tsc"), ["-p", folder], { encoding: "utf8", stdio: "pipe" });
    } catch (error) {
      const { stdout } = error as { stdout?: string };
      assert.fail(stdout ?? String(error));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
