import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { WardError } from "./errors.ts";
import type { FunctionManifest } from "./manifest.ts";
import { parseAppConfig, parseManifest } from "./parse-manifest.ts";

const keys = ["trigger", "purpose", "grants", "limits", "kind", "message", "fhir", "egress", "host", "baa", "carries"];
const anyJson = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.jsonValue(),
    fc.array(tie("value")),
    fc.dictionary(fc.constantFrom(...keys), tie("value")),
    fc.constantFrom("hl7", "http", "event", "schedule", "TREAT", "ORU^R01", "Patient.read", "none", "localhost:1"),
  ),
})).value;

test("parsing is total: any JSON is a manifest, or refused as bad-manifest with a path", () => {
  fc.assert(
    fc.property(anyJson, (value) => {
      for (const parse of [() => parseManifest(value, "f"), () => parseAppConfig(value)]) {
        try {
          parse();
        } catch (error) {
          assert.ok(error instanceof WardError && error.code === "bad-manifest", String(error));
          assert.equal(typeof error.detail["path"], "string");
        }
      }
    }),
  );
});

const manifests = fc.record({
  trigger: fc.constantFrom(
    { kind: "hl7", message: "ORU^R01" },
    { kind: "event", type: "a.b" },
    { kind: "schedule", cron: "0 * * * *" },
    { kind: "http", method: "GET", route: "a/:b", roles: ["public"] },
  ),
  purpose: fc.constantFrom("TREAT", "HOPERAT"),
  grants: fc.record(
    {
      fhir: fc.uniqueArray(fc.constantFrom("Patient.read", "Patient.search", "Observation.create")),
      emits: fc.uniqueArray(fc.constantFrom("a.b", "c.d")),
    },
    { requiredKeys: [] },
  ),
  limits: fc.record({ timeoutMs: fc.integer({ min: 1, max: 900_000 }) }, { requiredKeys: [] }),
});

test("a manifest parsed again from its own JSON is itself", () => {
  fc.assert(
    fc.property(manifests, (definition) => {
      const manifest: FunctionManifest = parseManifest(definition, "f");
      const { name, ...rest } = JSON.parse(JSON.stringify(manifest)) as FunctionManifest;
      assert.deepEqual(parseManifest(rest, name), manifest);
    }),
  );
});
