import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { openDirectoryStore } from "./directory-store.ts";
import { tilePath } from "./layout.ts";
import { holdsToLedgerStore } from "./ledger-store-contract.ts";

const made: string[] = [];
after(async () => await Promise.all(made.map(async (path) => await rm(path, { recursive: true, force: true }))));

async function makeFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "ward-store-"));
  made.push(path);
  return path;
}

holdsToLedgerStore("directory", async () => await openDirectoryStore(join(await makeFolder(), "deeper", "ledger")));

test("leaves nothing aside, makes objects nobody may write, and folders nobody else may read", async () => {
  const root = await makeFolder();
  const store = await openDirectoryStore(root);
  await store.put(tilePath(0, 1_000), Buffer.from("x"));
  await store.put(tilePath(0, 1_000), Buffer.from("x"));
  await store.put(tilePath(0, 1_000), Buffer.from("y")).catch(() => undefined);
  await store.replaceCheckpoint(Buffer.from("note"));
  assert.deepEqual(await readdir(join(root, ".aside")), []);
  assert.equal((await stat(join(root, tilePath(0, 1_000)))).mode & 0o777, 0o400);
  assert.equal((await stat(join(root, "tile"))).mode & 0o077, 0);
});

test("clears away what a killed writer left long ago, and not what one may be writing", async () => {
  const root = await makeFolder();
  await mkdir(join(root, ".aside"));
  for (const name of ["old", "young"]) await writeFile(join(root, ".aside", name), "half");
  await utimes(join(root, ".aside", "old"), 1_000_000, 1_000_000);
  await openDirectoryStore(root);
  assert.deepEqual(await readdir(join(root, ".aside")), ["young"]);
});

test("fails, and shows nothing, where a file stands in a folder's place", async () => {
  const root = await makeFolder();
  const store = await openDirectoryStore(root);
  await writeFile(join(root, "tile"), "in the way");
  await assert.rejects(store.put(tilePath(0, 0), Buffer.from("x")));
  assert.equal(await store.get(tilePath(0, 0)), undefined);
});
