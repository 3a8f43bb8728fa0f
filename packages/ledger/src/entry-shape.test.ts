import assert from "node:assert/strict";
import { test } from "node:test";
import type { AuditEntry } from "@ward/core";
import canonicalize from "canonicalize";
import fc from "fast-check";
import { makeEntry, pseudonym } from "./fixtures.ts";
import { canonicalEntry } from "./testing.ts";

function attempt(changes: Record<string, unknown>): () => string {
  return () => canonicalEntry({ ...makeEntry(1), ...changes } as unknown as AuditEntry);
}

test("writes an entry in canonical form, whatever the order of its keys", () => {
  const entry = makeEntry(1);
  const reversed = Object.fromEntries(Object.entries(entry).toReversed()) as unknown as AuditEntry;
  const text = canonicalEntry(entry);
  assert.equal(canonicalEntry(reversed), text);
  assert.deepEqual(JSON.parse(text), entry);
  assert.ok(text.startsWith('{"action":'));
});

test("takes every field that an entry may have", () => {
  const full: AuditEntry = {
    ...makeEntry(1),
    onBehalfOf: "person:dr-okafor@clinic.example",
    chain: ["service:mllp"],
    session: "6f1c2a5e-0000-4000-8000-000000000001",
    device: "ward-3-cart:2",
    assurance: "aal2",
    breakGlass: "life-threatening",
    purpose: "ETREAT",
    reason: "phi-detected",
    fields: ["name.given", "value[x]", "_id"],
    host: "sms.example.org:8443",
    carries: "none",
    count: 3,
  };
  assert.deepEqual(JSON.parse(canonicalEntry(full)), full);
  assert.equal(canonicalEntry(full), canonicalize(full));
  const change: AuditEntry = {
    ...makeEntry(1, { action: "config.policy" }),
    item: "policies/clinicians.cedar",
    digest: `sha256:${"cd".repeat(32)}`,
  };
  assert.deepEqual(JSON.parse(canonicalEntry(change)), change);
  assert.equal(canonicalEntry(change), canonicalize(change));
});

function emergency(): Record<string, unknown> {
  return { principal: "person:dr-okafor", purpose: "ETREAT", breakGlass: "life-threatening" };
}

const SMUGGLED: readonly (readonly [string, Record<string, unknown>])[] = [
  ["an unknown key", { comment: "patient is diabetic" }],
  ["a symbol key", { [Symbol("note")]: "patient is diabetic" }],
  ["a name as the subject", { subject: "Anna Muster" }],
  ["an MRN as the subject", { subject: "MRN-00012345" }],
  ["a sentence as the principal", { principal: "person:Anna Muster, born 1980" }],
  ["a principal of no kind", { principal: "dr-okafor" }],
  ["free text as the reason", { reason: "patient refused treatment" }],
  ["an unknown action", { action: "fhir.delete-everything" }],
  ["a sentence as the resource type", { resource: { type: "Patient Anna" } }],
  ["an id instead of a pseudonym", { resource: { type: "Patient", tag: "Patient/123" } }],
  ["a key inside the resource", { resource: { type: "Patient", name: "Anna" } }],
  ["a list as the resource", { resource: ["Patient"] }],
  ["a value among the fields", { fields: ["name.given", "Anna Muster"] }],
  ["a policy that is a sentence", { policies: ["allow because Anna asked"] }],
  ["a policy that is an object", { policies: [{ name: "Anna" }] }],
  ["a host with a path", { host: "sms.example.org/?name=Anna" }],
  ["a count that is text", { count: "3" }],
  ["a negative count", { count: -1 }],
  ["a time with words", { time: "2025-01-01T00:00:00.000Z Anna" }],
  ["a day that is none", { time: "2025-02-30T00:00:00.000Z" }],
  ["a release with a name", { release: "sha256:anna" }],
  ["a trace that is text", { trace: "anna" }],
  ["a purpose that is none", { purpose: "CURIOSITY" }],
  ["no decision", { decision: undefined }],
  ["a string object", { principal: Object.assign(Object("service:mllp") as object, { note: "Anna" }) }],
  ["a line break after an identifier", { principal: "service:mllp\nAnna" }],
  ["a sentence as the reason of an emergency", { ...emergency(), breakGlass: "Anna was unconscious" }],
  ["an emergency's reason without the emergency", { ...emergency(), purpose: "TREAT" }],
  ["an emergency's reason without a person", { ...emergency(), principal: "service:mllp" }],
  ["a session of nobody", { session: "s-1" }],
  ["a session that is a name", { ...emergency(), session: "Anna Muster" }],
  ["a device that is a sentence", { ...emergency(), device: "Anna's tablet" }],
  ["an assurance level that is none", { ...emergency(), assurance: "strong" }],
  ["a chain without its first link", { chain: ["person:anna"] }],
  ["a name in a chain", { onBehalfOf: "service:mllp", chain: ["Anna Muster"] }],
  ["a class of data that is none", { host: "sms.example.org", carries: "Anna's name" }],
  ["a class of data that went nowhere", { carries: "phi" }],
  ["an item where nothing was changed", { item: "anna" }],
  ["a digest where nothing was changed", { digest: `sha256:${"ab".repeat(32)}` }],
  ["an item that is a sentence", { action: "config.policy", item: "allow Anna" }],
  ["a list without end", { fields: Array.from({ length: 1_000 }, () => "name") }],
];

for (const [what, changes] of SMUGGLED) {
  test(`refuses ${what}, and does not quote it`, () => {
    assert.throws(attempt(changes), (error: Error & { code: string; detail: object }) => {
      assert.equal(error.code, "record-unavailable");
      assert.doesNotMatch(JSON.stringify([error.message, error.detail, error.cause]), /anna|diabetic|refused/i);
      return true;
    });
  });
}

test("hashes what was checked, though a getter says something else the second time", () => {
  let asked = 0;
  const sly = Object.defineProperty({ ...makeEntry(1) }, "subject", {
    enumerable: true,
    get: () => (asked++ === 0 ? pseudonym("Patient/1") : "Anna Muster"),
  }) as AuditEntry;
  assert.doesNotMatch(canonicalEntry(sly), /Anna/);
});

test("hashes what was checked of what lies further inside, too", () => {
  let asked = 0;
  const once = (first: string) => () => (asked++ === 0 ? first : "Anna Muster");
  const resource = Object.defineProperty({ type: "Patient" }, "tag", { enumerable: true, get: once(pseudonym("a")) });
  assert.match(attempt({ resource })(), /"resource":{"tag":"[\w-]{22}","type":"Patient"}/);
  asked = 0;
  const policies = Object.defineProperty(["p"], 0, { enumerable: true, get: once("grant:a") });
  assert.match(attempt({ policies })(), /"policies":\["grant:a"\]/);
  const listed = Object.assign(["grant:a"], { toJSON: () => ["Anna Muster"], [Symbol("note")]: "Anna" });
  assert.match(attempt({ policies: listed })(), /"policies":\["grant:a"\]/);
});

test("refuses an entry while another is being written, and neither gets into the other", () => {
  const refusals: unknown[] = [];
  const resource = {
    get type() {
      try {
        attempt({ subject: pseudonym("of another") })();
      } catch (error) {
        refusals.push((error as { code?: unknown }).code);
      }
      return "Patient";
    },
  };
  assert.equal(attempt({ resource })(), attempt({ resource: { type: "Patient" } })());
  assert.deepEqual(refusals, ["record-unavailable"]);
});

test("no text with a space in it gets into any field", () => {
  const fields = [
    "time",
    "principal",
    "onBehalfOf",
    "session",
    "device",
    "assurance",
    "breakGlass",
    "item",
    "digest",
    "action",
    "subject",
    "reason",
    "host",
    "release",
    "trace",
    "purpose",
  ];
  fc.assert(
    fc.property(fc.constantFrom(...fields), fc.string(), fc.string(), (field, before, after) => {
      assert.throws(attempt({ [field]: `${before} ${after}` }));
      assert.throws(attempt({ policies: [`${before} ${after}`] }));
      assert.throws(attempt({ fields: [`${before} ${after}`] }));
    }),
  );
});

test("refuses an entry that is longer than a bundle's length can say, though each of its parts is allowed", () => {
  const policies = Array.from({ length: 256 }, (_, at) => `p${at}`.padEnd(160, "x"));
  const fields = Array.from({ length: 256 }, (_, at) => `f${at}`.padEnd(128, "x"));
  assert.ok(canonicalEntry(makeEntry(1, { policies })).length < 65_536);
  assert.throws(() => canonicalEntry(makeEntry(1, { policies, fields })), { code: "record-unavailable" });
});
