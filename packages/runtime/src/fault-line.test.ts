import assert from "node:assert/strict";
import { test } from "node:test";
import { DEFAULT_LIMITS } from "@ward/core";
import type { FunctionRelease } from "./contract.ts";
import { faultLine } from "./fault-line.ts";

/** One mapping: generated line 1 column 1 → `functions/notify.ts` line 1 column 1. */
const SOURCE_MAP = JSON.stringify({ version: 3, sources: ["functions/notify.ts"], names: [], mappings: "AAAA" });

const release: FunctionRelease = {
  digest: `sha256:${"0".repeat(64)}`,
  manifest: {
    name: "notify",
    trigger: { kind: "event", type: "lab.result.filed" },
    purpose: "TREAT",
    grants: { fhir: [], emits: [], secrets: [], egress: [] },
    limits: DEFAULT_LIMITS,
  },
  bundle: "",
  sourceMap: SOURCE_MAP,
};

test("tells the class of a failure and its place in the author's file", () => {
  const line = faultLine(release, "t", { name: "TypeError", at: ["bundle.js:1:1"] });
  assert.deepEqual([line.name, line.at], ["TypeError", ["notify.ts:1:1"]]);
});

test("passes on no text of the isolate's, where a patient's name could hide", () => {
  const line = faultLine(release, "t", { name: "Ravensworth", at: ["Ravensworth", "Ravensworth.ts:0:0", "x"] });
  assert.equal(line.name, "Error");
  assert.ok(!JSON.stringify(line).includes("Ravensworth"));
});

test("survives what is no fault at all", () => {
  const line = faultLine(release, "t", { name: 7, at: { length: 3 } } as never);
  assert.deepEqual([line.name, line.at], ["Error", []]);
});
