import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
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

test(
  "removes the directory of a node that ended, though its parent has not noticed",
  { skip: process.platform !== "linux" && "processes are found through procfs" },
  async (t) => {
    // A shell that becomes another program never reaps what it started.
    const parentOfDead = spawn("/bin/sh", ["-c", "sleep 0 & echo $!; exec sleep 600"]);
    t.after(() => parentOfDead.kill("SIGKILL"));
    const [line] = (await once(parentOfDead.stdout, "data")) as [Buffer];
    const pid = Number(String(line));
    const fields = (): readonly string[] => {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    };
    while (fields()[0] !== "Z") await new Promise((resolve) => setTimeout(resolve, 5));
    const dead = join(parent, "ward-run-dead");
    mkdirSync(dead);
    writeFileSync(join(dead, "owner"), `${pid} ${fields()[19]}`);
    openRunDirectory(parent).remove();
    assert.equal(existsSync(dead), false);
  },
);

test("refuses a parent whose sockets no kernel could name", () => {
  const deep = join(parent, "d".repeat(90));
  mkdirSync(deep);
  assert.throws(() => openRunDirectory(deep), { code: "startup-failed" });
});
