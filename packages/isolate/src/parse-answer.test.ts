import assert from "node:assert/strict";
import { test } from "node:test";
import { parseAnswer } from "./parse-answer.ts";

const answer = (value: unknown, status = 200) => ({ status, body: JSON.stringify(value) });

test("passes a result on as it is", () => {
  assert.deepEqual(parseAnswer(answer({ ok: true, result: { a: [1, null] }, more: 1 })), {
    ok: true,
    result: { a: [1, null] },
  });
});

test("passes a fault that keeps to the vocabulary", () => {
  const error = { name: "Reject", code: "not-found", reject: "unknown-key", at: ["lab-result.js:1:20"] };
  assert.deepEqual(parseAnswer(answer({ ok: false, error })), { ok: false, error });
});

test("lets no free text through a fault", () => {
  const error = {
    name: "Jane Doe",
    code: "toString",
    reject: "Jane",
    at: ["Jane Doe:1:2", "a.js:1:2 Jane", "a.js:1:2\nJane", 7, "b.js:3:4"],
    message: "Jane",
  };
  assert.deepEqual(parseAnswer(answer({ ok: false, error })), {
    ok: false,
    error: { name: "Error", at: ["b.js:3:4"] },
  });
});

test("keeps five places at most", () => {
  const at = Array.from({ length: 9 }, (_, line) => `a.js:${line}:1`);
  const parsed = parseAnswer(answer({ ok: false, error: { name: "Error", at } }));
  assert.deepEqual(!parsed.ok && parsed.error.at, at.slice(0, 5));
});

for (const [name, strange] of Object.entries({
  "no JSON": { status: 200, body: "<html>" },
  "no object": answer(null),
  "a list": answer([true]),
  "neither ok nor not": answer({ ok: "yes" }),
  "a failure without fault": answer({ ok: false }),
  "another status": answer({ ok: true }, 500),
})) {
  test(`${name} is a failed function`, () => {
    assert.throws(() => parseAnswer(strange), { code: "function-failed" });
  });
}
