import { strict as assert } from "node:assert";
import { after, test } from "node:test";
import { CANARY, egressGrant } from "../../src/testing/runtime-fixture.ts";
import type { Outgoing } from "../../src/testing/fake-instance-host.ts";
import { attack, closeTestDatabase, listen } from "./attack.ts";

after(closeTestDatabase);

const base64 = Buffer.from(CANARY).toString("base64");
const percent = CANARY.split("")
  .map((letter) => `%${letter.charCodeAt(0).toString(16)}`)
  .join("");
const escapes = CANARY.split("")
  .map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`)
  .join("");

const leaks: Readonly<Record<string, { readonly path?: string } & Outgoing>> = {
  "the body": { method: "POST", body: `Dear ${CANARY}` },
  "the path": { path: `/${CANARY}` },
  "the query": { path: `/?name=${CANARY}` },
  "a header": { headers: { "x-note": CANARY } },
  "the authorization header": { headers: { authorization: `Bearer ${CANARY}` } },
  "the body in base64": { method: "POST", body: base64 },
  "the body in hex": { method: "POST", body: Buffer.from(CANARY).toString("hex") },
  "the query in percent encoding": { path: `/?q=${percent}` },
  "a form in percent encoding": {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: `text=${percent}`,
  },
  "JSON escapes": { method: "POST", body: `{"text":"${escapes}"}` },
  "a member's name in JSON escapes": { method: "POST", body: `{"${escapes}":1}` },
  "JSON escapes in a text that is no JSON": { method: "POST", body: `text ${escapes}` },
};

for (const carries of ["none", "deidentified"] as const) {
  for (const [where, { path = "/", ...outgoing }] of Object.entries(leaks)) {
    test(`refuses PHI in ${where} to a host that may carry ${carries}`, async (t) => {
      const { host, heard } = await listen(t);
      const { seen, refused } = await attack(t, {
        grants: { egress: [egressGrant({ host, carries, baa: carries === "none" ? "none" : "vendor" })] },
        handle: async (_payload, { fetch }) => ({ body: (await fetch(`http://${host}${path}`, outgoing)).json }),
      });
      assert.deepEqual(seen, { code: "egress-refused", message: "The egress proxy refused the request." });
      assert.deepEqual(refused, [`egress.send phi-detected ${host}`]);
      assert.deepEqual(heard, []);
    });
  }
}

test("lets the same through to a host whose agreement covers PHI, recorded before it left", async (t) => {
  let recorded = 0;
  const { host, heard } = await listen(t);
  const { seen, entries } = await attack(t, {
    grants: { egress: [egressGrant({ host, carries: "phi", baa: "vendor" })] },
    handle: async (_payload, { fetch }) => ({
      body: (await fetch(`http://${host}/`, { method: "POST", body: CANARY })).status,
    }),
  });
  recorded = entries.filter(({ action, outcome }) => action === "egress.send" && outcome === "success").length;
  assert.equal(seen, 200);
  assert.equal(heard.length, 1);
  assert.equal(recorded, 1);
});

test("takes a grant for PHI without an agreement for no grant", async (t) => {
  const { host, heard } = await listen(t);
  const { seen, refused } = await attack(t, {
    grants: { egress: [egressGrant({ host, carries: "phi", baa: "none" })] },
    handle: async (_payload, { fetch }) => ({ body: (await fetch(`http://${host}/`)).status }),
  });
  assert.equal(seen, 403);
  assert.deepEqual(heard, []);
  assert.deepEqual(refused, ["egress.send host-not-granted ungranted"]);
});

test("refuses to send where the screen fails", async (t) => {
  const { host, heard } = await listen(t);
  const { seen } = await attack(
    t,
    {
      grants: { egress: [egressGrant({ host })] },
      handle: async (_payload, { fetch }) => ({ body: (await fetch(`http://${host}/`)).status }),
    },
    { screen: { find: () => Promise.reject(new Error("no")) } },
  );
  assert.equal(seen, 500);
  assert.deepEqual(heard, []);
});

test("drops headers that are not on the list, and Ward's own never leave", async (t) => {
  const { host, heard } = await listen(t);
  await attack(t, {
    grants: { egress: [egressGrant({ host })] },
    handle: async (_payload, { fetch }) => {
      const headers = { cookie: "a=b", "proxy-authorization": "x", "x-forwarded-for": "10.0.0.1", "x-api-key": "k" };
      return { body: (await fetch(`http://${host}/`, { headers })).status };
    },
  });
  assert.match(heard[0] ?? "", /"x-api-key":"k"/);
  assert.doesNotMatch(heard[0] ?? "", /ward-invocation|cookie|proxy-|x-forwarded/);
});
