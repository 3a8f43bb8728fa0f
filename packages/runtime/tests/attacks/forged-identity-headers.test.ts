import { strict as assert } from "node:assert";
import { after, test } from "node:test";
import { attack, closeTestDatabase } from "./attack.ts";

after(closeTestDatabase);

const forgeries = {
  "ward-principal": "function:victim",
  "ward-function": "victim",
  "ward-release": "sha256:00",
  "x-ward-function": "victim",
  "x-forwarded-for": "10.0.0.1",
  "x-forwarded-user": "person:dr-okafor",
  forwarded: "for=10.0.0.1",
  "x-real-ip": "10.0.0.1",
  "x-on-behalf-of": "person:dr-okafor",
  authorization: "Bearer victim",
};

for (const [name, value] of Object.entries(forgeries)) {
  test(`refuses a binding call with the header ${name}`, async (t) => {
    const { seen, refused, entries } = await attack(t, {
      async handle(_payload, { door }) {
        const answer = await door("secret", { name: "vendor-key" }, { [name]: value });
        return { body: [answer.status, answer.json] };
      },
    });
    const message = "No policy permits this act for this purpose of use.";
    assert.deepEqual(seen, [403, { code: "access-denied", message }]);
    assert.deepEqual(refused, ["identity.forge access-denied"]);
    assert.equal(entries[0]?.principal, "function:attacker");
  });
}

test("refuses a binding call whose body names another function", async (t) => {
  const { seen, refused } = await attack(t, {
    async handle(_payload, { door }) {
      const call = { name: "vendor-key", principal: { kind: "function", id: "victim" } };
      return { body: (await door("secret", call)).status };
    },
  });
  assert.equal(seen, 403);
  assert.deepEqual(refused, ["identity.forge access-denied"]);
});

test("refuses egress with a Ward header", async (t) => {
  const { seen, refused } = await attack(t, {
    async handle(_payload, { fetch }) {
      return { body: (await fetch("https://sms.example.org/", { headers: { "ward-function": "victim" } })).status };
    },
  });
  assert.equal(seen, 403);
  assert.deepEqual(refused, ["identity.forge access-denied"]);
});
