import assert from "node:assert/strict";
import { test } from "node:test";
import { patientBundle } from "../conformance/fhir/generate.ts";
import { startFhirServer } from "./fhir-conformance/server.ts";

const PATIENTS = 24;
const bundles = Array.from({ length: PATIENTS }, (_, index) => patientBundle(7, index));

test("makes the same patients from the same seed, and others from another", () => {
  assert.deepEqual(patientBundle(7, 3), bundles[3]);
  assert.notDeepEqual(patientBundle(8, 3), bundles[3]);
  assert.notDeepEqual(patientBundle(7, 4), bundles[3]);
});

test("makes at least fifteen types and names in at least ten scripts", () => {
  const types = new Set(bundles.flatMap(({ entry }) => entry.map(({ resource }) => resource["resourceType"])));
  assert.ok(types.size >= 20, [...types].join(" "));
  const scripts = ["Arab", "Hani", "Deva", "Hang", "Cyrl", "Hebr", "Thai", "Latn", "Kana", "Ethi"];
  const text = JSON.stringify(
    Array.from({ length: 200 }, (_, index) => patientBundle(7, index).entry[0]?.resource["name"]),
  );
  for (const script of scripts) assert.match(text, new RegExp(`\\p{Script=${script}}`, "u"), script);
});

test("makes what a node accepts, whole, and finds again by name", async () => {
  const server = await startFhirServer();
  try {
    for (const bundle of bundles) {
      const answer = await server.send("", { method: "POST", body: bundle });
      assert.equal(answer.status, 200, answer.text.slice(0, 600));
      assert.equal(answer.body.entry.length, bundle.entry.length);
    }
    const [patient] = bundles[0]?.entry ?? [];
    assert.ok(patient !== undefined);
    const [{ value }] = patient.resource["identifier"] as [{ value: string }];
    const found = await server.get(`Patient?identifier=${encodeURIComponent(value)}`);
    assert.equal(found.body.total, 1);
    assert.deepEqual(found.body.entry[0].resource.name, patient.resource["name"]);
  } finally {
    await server.close();
  }
});
