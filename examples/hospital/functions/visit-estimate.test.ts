import assert from "node:assert/strict";
import { test } from "node:test";
import visitEstimate from "./visit-estimate.ts";

const estimate = async (body: Parameters<typeof visitEstimate.handle>[0]["body"]) => {
  const request = { method: "POST", path: "visits/estimate", params: {}, query: {}, caller: "public", body };
  return (await visitEstimate.handle(request, {} as never)).body;
};

test("a visit takes its kind's time, more for topics, half as long again with an interpreter", async () => {
  assert.deepEqual(await estimate({ kind: "follow-up" }), { minutes: 20, slots: 1 });
  assert.deepEqual(await estimate({ kind: "first-visit", topics: 3 }), { minutes: 50, slots: 3 });
  assert.deepEqual(await estimate({ kind: "first-visit", needsInterpreter: true }), { minutes: 60, slots: 3 });
});
