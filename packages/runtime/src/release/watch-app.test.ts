import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { watchApp } from "./watch-app.ts";

test("a changed source is told once, after it is quiet; other files are not told", async (context) => {
  const dir = await mkdtemp(join(tmpdir(), "ward-watch-"));
  await mkdir(join(dir, "functions"));
  await mkdir(join(dir, "node_modules"));
  const { promise, resolve } = Promise.withResolvers<readonly string[]>();
  const watch = watchApp(dir, resolve);
  context.after(async () => {
    watch.close();
    await rm(dir, { recursive: true });
  });
  // The kernel's watches on folders are set asynchronously.
  await new Promise((ready) => setTimeout(ready, 100));
  await writeFile(join(dir, "node_modules", "x.ts"), "1");
  await writeFile(join(dir, "functions", "notes.txt"), "1");
  for (const text of ["1", "2", "3"]) await writeFile(join(dir, "functions", "a.ts"), text);
  assert.deepEqual(await promise, [join("functions", "a.ts")]);
});
