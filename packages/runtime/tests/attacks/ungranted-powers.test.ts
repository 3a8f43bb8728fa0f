import { strict as assert } from "node:assert";
import { after, test } from "node:test";
import { attack, closeTestDatabase } from "./attack.ts";

after(closeTestDatabase);

for (const [what, binding, body, entry] of [
  ["FHIR interaction", "fhir", { method: "GET", path: "Patient/1" }, "fhir.read access-denied"],
  [
    "FHIR resource type",
    "fhir",
    { method: "POST", path: "Observation", body: { resourceType: "Observation" } },
    "fhir.create access-denied",
  ],
  ["secret", "secret", { name: "vendor-key" }, "secret.read access-denied"],
  ["event type", "emit", { type: "patient.died" }, "event.emit access-denied"],
] as const) {
  test(`refuses a ${what} that is not granted`, async (t) => {
    const { seen, refused } = await attack(t, {
      grants: { fhir: ["Patient.create"], secrets: ["own-key"], emits: ["lab.result.filed"] },
      handle: async (_payload, { door }) => ({ body: (await door(binding, body)).status }),
    });
    assert.equal(seen, 403);
    assert.deepEqual(refused, [entry]);
  });
}

for (const path of [
  "//evil.example/Patient",
  "https://evil.example/Patient",
  "../admin",
  "Patient/../../admin",
  "/Patient",
]) {
  test(`refuses the FHIR path ${path}`, async (t) => {
    const { seen } = await attack(t, {
      grants: { fhir: ["Patient.create"] },
      handle: async (_payload, { door }) => ({ body: (await door("fhir", { method: "GET", path })).status }),
    });
    assert.equal(seen, 400);
  });
}

for (const path of [
  "/door/admin",
  "/door/__proto__",
  "/door/constructor",
  "/admin",
  "/door/fhir/../secret",
  "/door/fhir?x=1",
]) {
  test(`knows no binding at ${path}`, async (t) => {
    const { seen } = await attack(t, {
      async handle(_payload, { raw, request }) {
        const headers = { "ward-invocation": request.invocation };
        return { body: (await raw(path, { method: "POST", headers, body: "{}" })).status };
      },
    });
    assert.equal(seen, 404);
  });
}
