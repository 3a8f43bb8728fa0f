import assert from "node:assert/strict";
import { test } from "node:test";
import { newTraceId } from "./trace-id.ts";

test("a trace id begins with its second and is otherwise random", () => {
  const clock = { now: () => new Date("2026-01-02T03:04:05.678Z") };
  const made = Array.from({ length: 10_000 }, () => newTraceId(clock));
  assert.equal(new Set(made).size, made.length);
  for (const id of made) assert.match(id, /^695735a5[0-9a-f]{24}$/);
  for (let digit = 8; digit < 32; digit++) {
    const seen = new Set(made.map((id) => id[digit]));
    assert.equal(seen.size, 16, `digit ${digit} takes all values`);
  }
});

test("a trace id is one at any time", () => {
  for (const time of ["1970-01-01T00:00:00Z", "2106-02-07T06:28:16Z", "2300-01-01T00:00:00Z"]) {
    assert.match(newTraceId({ now: () => new Date(time) }), /^[0-9a-f]{32}$/);
  }
});
