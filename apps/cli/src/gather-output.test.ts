import assert from "node:assert/strict";
import { test } from "node:test";
import { gatherOutput } from "./gather-output.ts";

function start() {
  const written: string[] = [];
  const gathered = gatherOutput({ write: (text: string) => void written.push(text) });
  return { gathered, written };
}

test("writes the first line at once, and the ones that follow closely together", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { gathered, written } = start();
  gathered.write("one\n");
  assert.deepEqual(written, ["one\n"]);
  gathered.write("two\n");
  gathered.write("three\n");
  assert.equal(written.length, 1);
  t.mock.timers.tick(1_000);
  assert.deepEqual(written, ["one\n", "two\nthree\n"]);
  t.mock.timers.tick(1_000);
  gathered.write("four\n");
  assert.equal(written.at(-1), "four\n");
});

test("loses nothing at the end, and holds nothing back after it", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { gathered, written } = start();
  for (const line of ["one\n", "two\n"]) gathered.write(line);
  gathered.end();
  gathered.write("three\n");
  assert.equal(written.join(""), "one\ntwo\nthree\n");
});
