import { strict as assert } from "node:assert";
import { after, test } from "node:test";
import { callFunction, startRuntime } from "../../src/testing/runtime-fixture.ts";
import { closeTestDatabase } from "./attack.ts";

after(closeTestDatabase);

test("records an invocation whose process dies at both tries", async (t) => {
  const fixture = await startRuntime({
    crashing: {
      handle: () => {
        fixture.host.running[0]?.kill("crashed");
        return new Promise(() => undefined);
      },
    },
  });
  t.after(fixture.close);
  await assert.rejects(callFunction(fixture.runtime, "crashing"), { code: "function-unavailable" });
  await fixture.runtime.close();
  const left = (await fixture.entries()).map(({ action, outcome, reason }) => `${action} ${outcome} ${reason}`).sort();
  assert.equal(fixture.host.starts, 2, "one crash may be a neighbour's doing, so it is tried again, and once");
  assert.deepEqual(left, [
    "function.invoke failure function-unavailable",
    "function.stop failure function-failed",
    "function.stop failure function-failed",
  ]);
});
