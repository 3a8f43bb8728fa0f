import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { positionOf } from "../../../source/source-text.ts";
import { placePackages } from "../dependency-tree.ts";
import { inMemory, LOCKFILES, projectWith, type Files } from "../testing/project-files.ts";
import { readProjects, type Projects } from "./read-lockfile.ts";

function read(files: Files): Projects {
  return readProjects(Object.keys(files).toSorted(), inMemory(files));
}

for (const [manager, file, fixture] of LOCKFILES) {
  describe(`a lockfile of ${manager}`, () => {
    const { locked, unlocked, problems } = read(projectWith(file, fixture));
    const [project] = locked;
    const placed = project ? placePackages(project.lockfile) : [];
    const of = (name: string, version: string) =>
      placed.find(({ locked: one }) => one.name === name && one.version === version);

    it("is read whole", () => {
      assert.deepEqual(problems, []);
      assert.deepEqual(unlocked, []);
      assert.deepEqual(
        project?.manifests.map(({ path }) => path),
        ["", "packages/web"],
      );
    });

    it("says what a package.json asks for and what that brings, by the shortest way", () => {
      assert.deepEqual(of("is-odd", "3.0.1")?.path, ["", "is-odd@3.0.1"]);
      assert.deepEqual(of("is-number", "6.0.0")?.path, ["", "is-odd@3.0.1", "is-number@6.0.0"]);
      assert.deepEqual(of("ms", "2.1.2")?.path, ["packages/web", "debug@4.3.4", "ms@2.1.2"]);
      assert.deepEqual([of("is-odd", "3.0.1")?.isDirect, of("is-number", "6.0.0")?.isDirect], [true, false]);
    });

    it("keeps a package under its own name where it is required under another", () => {
      assert.deepEqual(of("is-number", "7.0.0")?.path, ["", "is-number@7.0.0"]);
    });

    it("tells what only development and what only optional requirements bring", () => {
      const flags = (name: string, version: string) => {
        const found = of(name, version);
        return [found?.isDevelopment, found?.isOptional];
      };
      assert.deepEqual(flags("@types/ms", "2.1.0"), [true, false]);
      assert.deepEqual(flags("left-pad", "1.3.0"), [true, false]);
      assert.deepEqual(flags("fsevents", "2.3.3"), [false, true]);
      assert.deepEqual(flags("is-number", "6.0.0"), [false, false]);
    });

    it("holds every package to a digest, at its place in the file", () => {
      for (const { locked: one } of placed) {
        if (one.name === "fsevents") continue;
        assert.match(one.integrity ?? "", /^sha512-|^10c0\//, one.name);
        const line = one.spot.source.lineText(positionOf(one.spot).line);
        assert.ok(line.includes(one.name) || line.includes("num"), `${one.name}: ${line}`);
      }
    });
  });
}

describe("projects", () => {
  it("take the lockfile beside or above, and say where there is none", () => {
    const { locked, unlocked } = read({
      "api/package.json": '{ "dependencies": { "debug": "4" } }',
      "web/package-lock.json": '{ "lockfileVersion": 3, "packages": { "": {} } }',
      "web/package.json": "{}",
      "library/package.json": '{ "peerDependencies": { "react": "*" } }',
    });
    assert.deepEqual(
      locked.map(({ lockfile }) => lockfile.file),
      ["web/package-lock.json"],
    );
    assert.deepEqual(
      unlocked.map(({ source }) => source.file),
      ["api/package.json"],
    );
  });

  it("say that bun's binary lockfile can't be read, and what to do", () => {
    const { locked, problems } = read({ "bun.lockb": "\u0000", "package.json": '{ "dependencies": { "a": "1" } }' });
    assert.deepEqual(locked, []);
    assert.match(problems[0]?.message ?? "", /--save-text-lockfile/);
  });

  it("read the document of pnpm that holds packages, where another stands before it", () => {
    const files = projectWith("pnpm-lock.yaml", "pnpm-9");
    const own = "lockfileVersion: '9.0'\nconfigDependencies: {}\n---\n";
    const [project] = read({ ...files, "pnpm-lock.yaml": own + (files["pnpm-lock.yaml"] ?? "") }).locked;
    assert.equal(project?.lockfile.packages.size, 8);
  });

  it("take no longer for workspaces that are named by a hundred stars", () => {
    const folder = `${"a".repeat(60)}/b`;
    const { locked } = read({
      "package.json": JSON.stringify({ workspaces: [`${"**a".repeat(60)}c`, "x/**/y"] }),
      "yarn.lock": "# yarn lockfile v1\n",
      [`${folder}/package.json`]: "{}",
      "x/deep/y/package.json": "{}",
    });
    assert.deepEqual(
      locked[0]?.lockfile.importers.map(({ path }) => path),
      ["", "x/deep/y"],
    );
  });

  it("go by the text where bun's both lockfiles lie", () => {
    const { locked, problems } = read({ "bun.lockb": "\u0000", ...projectWith("bun.lock", "bun-1") });
    assert.deepEqual([locked.length, problems.length], [1, 0]);
  });

  it("leave a package.json below that is no workspace to itself", () => {
    const files = { ...projectWith("yarn.lock", "yarn-1"), "demo/package.json": '{ "dependencies": { "nope": "1" } }' };
    const [project] = read(files).locked;
    assert.deepEqual(
      project?.lockfile.importers.map(({ path }) => path),
      ["", "packages/web"],
    );
  });
});

describe("a broken lockfile", () => {
  for (const [name, text, line, message] of [
    ["package-lock.json", '{\n  "packages": {\n    "": {},,\n  }\n}', 3, /double quotes was expected/],
    ["pnpm-lock.yaml", "lockfileVersion: '9.0'\npackages:\n  a: [1\n", 4, /end with a \]/],
    ["yarn.lock", "__metadata:\n  version: 8\n\n'a@npm:1':\n  version: 1\n resolution: 2\n", 6, /./],
    ["yarn.lock", "# yarn lockfile v1\n\na@^1:\n  version\n", 4, /a name and a value/],
    ["yarn.lock", "\n\n<<<<<<< HEAD\n", 3, /an entry of yarn\.lock was expected/],
    ["bun.lock", '{\n  "workspaces": {\n    "": { "name": "x", },\n  "packages"\n}', 5, /":" was expected/],
  ] as const) {
    it(`is named with its line: ${name} at ${line}`, () => {
      const [problem] = read({ [name]: text, "package.json": "{}" }).problems;
      assert.ok(problem);
      assert.match(problem.message, message);
      assert.deepEqual([problem.spot.source.file, positionOf(problem.spot).line], [name, line]);
    });
  }
});
