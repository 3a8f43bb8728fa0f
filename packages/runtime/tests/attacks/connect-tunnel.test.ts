import { strict as assert } from "node:assert";
import { after, test } from "node:test";
import { egressGrant } from "../../src/testing/runtime-fixture.ts";
import { attack, closeTestDatabase, listen } from "./attack.ts";

after(closeTestDatabase);

for (const [what, bytes] of [
  ["CONNECT, even to a granted host", (host: string) => `CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\n\r\n`],
  ["bytes that are no HTTP", () => "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n"],
] as const) {
  test(`refuses and records ${what}`, async (t) => {
    const { host, heard } = await listen(t);
    const { seen, refused } = await attack(t, {
      grants: { egress: [egressGrant({ host })] },
      handle: async (_payload, context) => ({ body: (await context.bytes(bytes(host))).split(" ")[1] }),
    });
    assert.match(String(seen), /^40[03]$/);
    assert.deepEqual(refused, ["egress.connect method-refused ungranted"]);
    assert.deepEqual(heard, []);
  });
}
