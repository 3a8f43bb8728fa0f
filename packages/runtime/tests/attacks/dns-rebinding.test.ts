import { strict as assert } from "node:assert";
import { after, test } from "node:test";
import { egressGrant } from "../../src/testing/runtime-fixture.ts";
import { attack, closeTestDatabase, listen } from "./attack.ts";

after(closeTestDatabase);

for (const addresses of [
  ["127.0.0.1"],
  ["::1"],
  ["169.254.169.254"],
  ["10.1.2.3"],
  ["172.20.0.1"],
  ["192.168.0.1"],
  ["100.64.0.1"],
  ["0.0.0.0"],
  ["fe80::1"],
  ["fd00::1"],
  ["::ffff:127.0.0.1"],
  ["64:ff9b::7f00:1"],
  // One bad answer among good ones.
  ["93.184.216.34", "127.0.0.1"],
]) {
  test(`refuses a granted host that resolves to ${addresses.join(" and ")}`, async (t) => {
    const { port, heard } = await listen(t);
    const host = `sms.example.org:${port}`;
    const { seen, refused } = await attack(
      t,
      {
        grants: { egress: [egressGrant({ host })] },
        handle: async (_payload, { fetch }) => ({ body: (await fetch(`https://${host}/`)).status }),
      },
      { egress: { allowLoopback: true, resolve: () => Promise.resolve(addresses) } },
    );
    assert.equal(seen, 403);
    assert.deepEqual(refused, [`egress.send address-literal ${host}`]);
    assert.deepEqual(heard, []);
  });
}

test("resolves once per request and connects to the address that it checked", async (t) => {
  const { host, port, heard } = await listen(t);
  let resolutions = 0;
  const { seen } = await attack(
    t,
    {
      grants: { egress: [egressGrant({ host })] },
      handle: async (_payload, { fetch }) => ({ body: (await fetch(`http://localhost:${port}/`)).status }),
    },
    {
      egress: {
        allowLoopback: true,
        resolve: () => Promise.resolve([(resolutions += 1) === 1 ? "127.0.0.1" : "127.0.0.2"]),
      },
    },
  );
  assert.equal(seen, 200);
  assert.equal(resolutions, 1);
  assert.equal(heard.length, 1);
});
