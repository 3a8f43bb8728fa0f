import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openRunDirectory } from "./run-directory.ts";

let parent: string;
before(() => {
  parent = mkdtempSync(join(tmpdir(), "t-"));
});
after(() => rmSync(parent, { recursive: true, force: true }));

test("is private, and gone when removed", () => {
  const directory = openRunDirectory(parent);
  assert.equal(statSync(directory.path).mode & 0o777, 0o700);
  directory.remove();
  assert.equal(existsSync(directory.path), false);
});

test("removes the directories of dead nodes, and no others", () => {
  const living = openRunDirectory(parent);
  const stale = join(parent, "ward-run-stale");
  const reused = join(parent, "ward-run-reused");
  const foreign = join(parent, "ward-run-unowned");
  const unrelated = join(parent, "other");
  for (const path of [stale, reused, foreign, unrelated]) mkdirSync(path);
  writeFileSync(join(stale, "owner"), "4194304 1");
  // A process has this pid, but it is another one than the owner.
  writeFileSync(join(reused, "owner"), `${process.pid} 1`);
  const opened = openRunDirectory(parent);
  assert.deepEqual(
    [stale, reused, foreign, unrelated, living.path].map((path) => existsSync(path)),
    [false, false, true, true, true],
  );
  living.remove();
  opened.remove();
});

test("refuses a parent whose sockets no kernel could name", () => {
  const deep = join(parent, "d".repeat(90));
  mkdirSync(deep);
  assert.throws(() => openRunDirectory(deep), { code: "startup-failed" });
});
