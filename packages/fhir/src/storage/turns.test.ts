import assert from "node:assert/strict";
import { test } from "node:test";
import { createTurns } from "./turns.ts";

test("turns of the same name come one after the other, of others at once", async () => {
  const turns = createTurns();
  const order: string[] = [];
  const hold = async (name: string, names: readonly string[]) => {
    const end = await turns.take(names);
    order.push(`${name} begins`);
    await new Promise((wake) => setImmediate(wake));
    order.push(`${name} ends`);
    end();
  };
  await Promise.all([hold("one", ["a", "b"]), hold("two", ["b", "c"]), hold("three", ["d"])]);
  assert.ok(order.indexOf("one ends") < order.indexOf("two begins"));
  assert.ok(order.indexOf("three begins") < order.indexOf("one ends"));
});

test("two that want the same names in another order never wait for each other", async () => {
  const turns = createTurns();
  const results = await Promise.all(
    Array.from({ length: 50 }, async (_, at) => {
      const end = await turns.take(at % 2 === 0 ? ["a", "b"] : ["b", "a"]);
      end();
      return at;
    }),
  );
  assert.equal(results.length, 50);
});

test("whoever waits too long gives up, and those behind come in their turn", async () => {
  const turns = createTurns(20);
  const end = await turns.take(["a"]);
  await assert.rejects(turns.take(["a"]), { code: "version-conflict" });
  end();
  (await turns.take(["a"]))();
});
