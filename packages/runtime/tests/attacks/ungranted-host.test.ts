import { strict as assert } from "node:assert";
import { after, test } from "node:test";
import { egressGrant } from "../../src/testing/runtime-fixture.ts";
import { attack, closeTestDatabase, listen } from "./attack.ts";

after(closeTestDatabase);

for (const url of [
  "https://evil.example/",
  "https://sms.example.org.evil.example/",
  "https://evil.sms.example.org/",
  "https://sms.example.org:8443/",
  "https://sms.example.org./",
  "https://sms.example.org@evil.example/",
  "https://user:secret@sms.example.org/",
  // The grant means HTTPS.
  "http://sms.example.org/",
  "http://sms.example.org:443/",
  "https://metadata.google.internal/computeMetadata/v1/",
]) {
  test(`refuses ${url} though sms.example.org is granted`, async (t) => {
    const { seen, refused } = await attack(
      t,
      {
        grants: { egress: [egressGrant()] },
        handle: async (_payload, { fetch }) => ({ body: (await fetch(url)).json }),
      },
      { egress: { allowLoopback: true, resolve: () => assert.fail("nothing is resolved") } },
    );
    assert.equal((seen as { code: string }).code, "egress-refused");
    // The name may itself be the message: it is not recorded.
    assert.deepEqual(refused, ["egress.send host-not-granted ungranted"]);
  });
}

test("refuses another port of a granted host", async (t) => {
  const granted = await listen(t);
  const other = await listen(t);
  const { seen, refused } = await attack(t, {
    grants: { egress: [egressGrant({ host: granted.host })] },
    async handle(_payload, { fetch }) {
      return { body: [(await fetch(`http://${other.host}/`)).status, (await fetch(`http://${granted.host}/`)).status] };
    },
  });
  assert.deepEqual(seen, [403, 200]);
  assert.deepEqual(other.heard, []);
  assert.deepEqual(refused, ["egress.send host-not-granted ungranted"]);
});

test("refuses methods and schemes that are not HTTP's", async (t) => {
  const { host } = await listen(t);
  const { seen, refused } = await attack(t, {
    grants: { egress: [egressGrant({ host })] },
    async handle(_payload, { fetch }) {
      const trace = await fetch(`http://${host}/`, { method: "TRACE" });
      const scheme = await fetch(`ftp://${host}/`);
      return { body: [trace.status, scheme.status] };
    },
  });
  assert.deepEqual(seen, [403, 403]);
  assert.deepEqual(refused, Array(2).fill("egress.send method-refused ungranted"));
});
