import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { compilePolicies } from "@ward/access";
import type { PurposeOfUse } from "@ward/core";

const file = new URL("hospital.cedar", import.meta.url);
const { decide } = compilePolicies({ manifests: [], appPolicies: { "hospital.cedar": readFileSync(file, "utf8") } });

function mayRead(roles: readonly string[], resourceType: string, purpose: PurposeOfUse): boolean {
  const principal = { kind: "person", id: "somebody", roles } as const;
  return decide({ principal, purpose }, { action: "fhir.read", resourceType }).isAllowed;
}

test("clinicians read results for treatment and for nothing else", () => {
  assert.equal(mayRead(["clinician"], "Observation", "TREAT"), true);
  assert.equal(mayRead(["clinician"], "Observation", "ETREAT"), true);
  for (const purpose of ["HPAYMT", "HOPERAT", "HMARKT", "HRESCH"] as const) {
    assert.equal(mayRead(["clinician"], "Observation", purpose), false, purpose);
  }
});

test("registration finds patients and sees no result", () => {
  assert.equal(mayRead(["registration"], "Patient", "HPAYMT"), true);
  assert.equal(mayRead(["registration"], "Observation", "HPAYMT"), false);
});

test("a security officer sees nothing clinical, whatever else they are", () => {
  assert.equal(mayRead(["security-officer"], "Patient", "TREAT"), false);
  assert.equal(mayRead(["security-officer", "clinician"], "Patient", "TREAT"), false);
});

test("nobody without a role reads anything", () => {
  assert.equal(mayRead([], "Patient", "TREAT"), false);
});
