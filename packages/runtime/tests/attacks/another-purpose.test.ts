import { strict as assert } from "node:assert";
import { after, test } from "node:test";
import { attack, closeTestDatabase } from "./attack.ts";

after(closeTestDatabase);

const read = { method: "POST", path: "Patient", body: { resourceType: "Patient" } };

for (const [what, body, headers] of [
  ["in the body", { ...read, purpose: "HMARKT" }, {}],
  ["in a header of Ward's", read, { "ward-purpose": "ETREAT" }],
  ["in a header", read, { "x-purpose-of-use": "ETREAT" }],
] as const) {
  test(`refuses another purpose of use ${what}`, async (t) => {
    const { seen, refused, entries } = await attack(t, {
      grants: { fhir: ["Patient.create"] },
      handle: async (_payload, { door }) => ({ body: (await door("fhir", body, headers)).status }),
    });
    assert.equal(seen, 403);
    assert.deepEqual(refused, ["identity.forge purpose-not-granted"]);
    assert.equal(entries[0]?.purpose, "TREAT");
  });
}

test("takes the function's own purpose, repeated", async (t) => {
  const { seen, refused } = await attack(t, {
    grants: { fhir: ["Patient.create"] },
    handle: async (_payload, { door }) => ({ body: (await door("fhir", { ...read, purpose: "TREAT" })).status }),
  });
  assert.equal(seen, 200);
  assert.deepEqual(refused, []);
});
