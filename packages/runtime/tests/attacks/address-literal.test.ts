import { strict as assert } from "node:assert";
import { after, test } from "node:test";
import { egressGrant } from "../../src/testing/runtime-fixture.ts";
import { attack, closeTestDatabase, listen } from "./attack.ts";

after(closeTestDatabase);

for (const host of [
  "93.184.216.34",
  "10.0.0.1",
  // The cloud's metadata address, also in the spellings that parsers take for it.
  "169.254.169.254",
  "2852039166",
  "0xa9fea9fe",
  "0251.0376.0251.0376",
  "169.254.43518",
  "[fd00:ec2::254]",
  "[::ffff:169.254.169.254]",
  "[::1]",
  "0.0.0.0",
  "127.1",
]) {
  test(`refuses the address ${host}`, async (t) => {
    const { seen, refused } = await attack(t, {
      grants: { egress: [egressGrant()] },
      async handle(_payload, { fetch }) {
        return {
          body: [(await fetch(`https://${host}/`)).status, (await fetch(`http://${host}/latest/meta-data/`)).status],
        };
      },
    });
    assert.deepEqual(seen, [403, 403]);
    assert.deepEqual(refused, Array(2).fill("egress.send address-literal ungranted"));
  });
}

test("refuses this machine outside development, even where it is granted", async (t) => {
  const { host, port, heard } = await listen(t);
  const { seen, refused } = await attack(
    t,
    {
      grants: { egress: [egressGrant({ host }), egressGrant({ host: `127.0.0.1:${port}` })] },
      async handle(_payload, { fetch }) {
        return { body: [(await fetch(`http://${host}/`)).status, (await fetch(`http://127.0.0.1:${port}/`)).status] };
      },
    },
    { egress: { allowLoopback: false } },
  );
  assert.deepEqual(seen, [403, 403]);
  assert.deepEqual(refused, Array(2).fill("egress.send address-literal ungranted"));
  assert.deepEqual(heard, []);
});

test("refuses the database's port on this machine, which nobody granted", async (t) => {
  const { host } = await listen(t);
  const { seen, refused } = await attack(t, {
    grants: { egress: [egressGrant({ host })] },
    handle: async (_payload, { fetch }) => ({ body: (await fetch("http://127.0.0.1:5432/")).status }),
  });
  assert.equal(seen, 403);
  assert.deepEqual(refused, ["egress.send address-literal ungranted"]);
});
