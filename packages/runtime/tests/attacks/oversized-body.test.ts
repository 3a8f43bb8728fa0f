import { strict as assert } from "node:assert";
import { after, test } from "node:test";
import { egressGrant } from "../../src/testing/runtime-fixture.ts";
import { attack, closeTestDatabase, listen } from "./attack.ts";

after(closeTestDatabase);

test("refuses bodies above the limits, and keeps nothing of them", async (t) => {
  const { host, heard } = await listen(t);
  const { seen } = await attack(t, {
    grants: { egress: [egressGrant({ host })] },
    async handle(_payload, { door, fetch }) {
      const big = "x".repeat(1024 * 1024 + 1);
      const secret = await door("secret", { name: big });
      const egress = await fetch(`http://${host}/`, { method: "POST", body: big });
      return { body: [secret.status, egress.status] };
    },
  });
  assert.deepEqual(seen, [413, 413]);
  assert.deepEqual(heard, []);
});

test("refuses an answer above the limit", async (t) => {
  const { host } = await listen(t, (_request, response) => void response.end(Buffer.alloc(6 * 1024 * 1024)));
  const { seen, entries } = await attack(t, {
    grants: { egress: [egressGrant({ host })] },
    handle: async (_payload, { fetch }) => ({ body: (await fetch(`http://${host}/`)).status }),
  });
  assert.equal(seen, 502);
  assert.deepEqual(
    entries.filter(({ action }) => action === "egress.send").map(({ outcome }) => outcome),
    ["success", "failure"],
  );
});
