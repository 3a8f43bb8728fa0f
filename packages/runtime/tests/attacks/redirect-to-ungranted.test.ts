import { strict as assert } from "node:assert";
import { after, test } from "node:test";
import { egressGrant } from "../../src/testing/runtime-fixture.ts";
import { attack, closeTestDatabase, listen } from "./attack.ts";

after(closeTestDatabase);

test("does not follow a granted host's redirect; the function's own next request is refused", async (t) => {
  const target = await listen(t);
  const granted = await listen(t, (_request, response) => {
    response.writeHead(307, { location: `http://${target.host}/steal` }).end();
  });
  const { seen, refused } = await attack(t, {
    grants: { egress: [egressGrant({ host: granted.host })] },
    async handle(_payload, { fetch }) {
      const first = await fetch(`http://${granted.host}/`);
      const next = await fetch(String(first.headers["location"]));
      return { body: [first.status, next.status] };
    },
  });
  assert.deepEqual(seen, [307, 403]);
  assert.deepEqual(target.heard, []);
  assert.deepEqual(refused, ["egress.send host-not-granted ungranted"]);
});
