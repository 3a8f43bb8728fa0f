import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ASSURANCE_LEVELS,
  AUDIT_ACTIONS,
  type AuditEntry,
  BREAK_GLASS_REASONS,
  CHANGE_ACTIONS,
  DATA_CLASSES,
  EGRESS_REASONS,
  ERROR_KINDS,
  isPurposeOfUse,
  PURPOSES_OF_USE,
} from "@ward/core";
import fc from "fast-check";
import { makeEntry, pseudonym } from "./fixtures.ts";
import { ENTRY_BYTES_MAX } from "./publication/layout.ts";
import { canonicalEntry } from "./testing.ts";

/** The shape as plainly as it can be said: a copy of plain data, regular expressions, `JSON.stringify`. */
const isMatch = (pattern: RegExp) => (value: unknown) => typeof value === "string" && pattern.test(value);
const isOneOf = (values: readonly string[]) => (value: unknown) => values.includes(value as string);
const isListOf = (check: (value: unknown) => boolean) => (value: unknown) =>
  Array.isArray(value) && value.length <= 256 && value.every((element) => check(element));
const isPrincipal = isMatch(/^(function|person|service):[A-Za-z0-9][A-Za-z0-9._@:/-]{0,127}$/);
const isPseudonym = isMatch(/^[A-Za-z0-9_-]{22}$/);
const isId = isMatch(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/);
const isDigest = isMatch(/^sha256:[0-9a-f]{64}$/);
const isResourceType = isMatch(/^[A-Za-z][A-Za-z0-9]{0,63}$/);

const CHECKS: Readonly<Record<keyof AuditEntry, (value: unknown) => boolean>> = {
  time: isTime,
  principal: isPrincipal,
  onBehalfOf: isPrincipal,
  chain: isListOf(isPrincipal),
  session: isId,
  device: isId,
  assurance: isOneOf(ASSURANCE_LEVELS),
  breakGlass: isOneOf(BREAK_GLASS_REASONS),
  action: isOneOf(AUDIT_ACTIONS),
  resource: isResource,
  subject: isPseudonym,
  purpose: isPurposeOfUse,
  decision: isOneOf(["allow", "deny"]),
  policies: isListOf(isMatch(/^[A-Za-z0-9][A-Za-z0-9._:/@#^*-]{0,159}$/)),
  outcome: isOneOf(["success", "failure", "refused"]),
  reason: isOneOf([...Object.keys(ERROR_KINDS), ...EGRESS_REASONS]),
  fields: isListOf(isMatch(/^[A-Za-z_][A-Za-z0-9._:[\]-]{0,127}$/)),
  host: isMatch(/^(\[[0-9a-f:]{2,39}\]|[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?)(:\d{1,5})?$/),
  carries: isOneOf(DATA_CLASSES),
  count: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
  item: isMatch(/^[A-Za-z0-9][A-Za-z0-9._@/-]{0,127}$/),
  digest: isDigest,
  release: isDigest,
  trace: isMatch(/^[0-9a-f]{32}$/),
};
const REQUIRED = ["time", "principal", "action", "purpose", "decision", "policies", "outcome", "trace"];

/** Undefined where the shape is broken. */
function plainly(entry: AuditEntry): string | undefined {
  if (Reflect.ownKeys(entry).some((key) => typeof key !== "string" || !Object.hasOwn(CHECKS, key))) return undefined;
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(CHECKS).toSorted() as (keyof AuditEntry)[]) {
    const value = plainCopy(entry[name]);
    if (value === undefined && !REQUIRED.includes(name)) continue;
    if (!CHECKS[name](value)) return undefined;
    copy[name] = value;
  }
  const { principal, onBehalfOf, purpose, action, host } = copy;
  const isAboutPerson = [principal, onBehalfOf].some((name) => String(name).startsWith("person:"));
  const mayHave: Readonly<Record<string, boolean>> = {
    chain: onBehalfOf !== undefined,
    session: isAboutPerson,
    device: isAboutPerson,
    assurance: isAboutPerson,
    breakGlass: purpose === "ETREAT" && isAboutPerson,
    carries: host !== undefined,
    item: isOneOf(CHANGE_ACTIONS)(action),
    digest: isOneOf(CHANGE_ACTIONS)(action),
  };
  if (Object.entries(mayHave).some(([name, may]) => copy[name] !== undefined && !may)) return undefined;
  const text = JSON.stringify(copy);
  return Buffer.byteLength(text) > ENTRY_BYTES_MAX ? undefined : text;
}

function plainCopy(value: unknown): unknown {
  if (Array.isArray(value)) return Array.from(value as unknown[], plainCopy);
  if (typeof value !== "object" || value === null) return value;
  const keys = Reflect.ownKeys(value);
  const members = keys.map((key) => [String(key), (value as Record<PropertyKey, unknown>)[key]] as const);
  return Object.fromEntries(members.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

function isResource(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const { type, tag, ...others } = value as Record<string, unknown>;
  return isResourceType(type) && (tag === undefined || isPseudonym(tag)) && Object.keys(others).length === 0;
}

function isTime(value: unknown): boolean {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value)) return false;
  const parsed = new Date(value);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString() === value;
}

/** Verdict and text; which of several faults a refusal names is nobody's concern. */
function written(entry: AuditEntry): string | undefined {
  try {
    return canonicalEntry(entry);
  } catch (error) {
    assert.equal((error as { code?: unknown }).code, "record-unavailable");
    return undefined;
  }
}

const SAMPLES: Readonly<Record<keyof AuditEntry, readonly unknown[]>> = {
  time: [
    "2024-02-29T23:59:59.999Z",
    "2025-02-29T00:00:00.000Z",
    "0000-02-29T00:00:00.000Z",
    "2025-01-01T24:00:00.000Z",
  ],
  principal: ["person:anna", "function:f", "service:mllp", "person:", `person:${"a".repeat(129)}`],
  onBehalfOf: ["person:dr-okafor@clinic.example", "function:f/g", "nobody"],
  chain: [["service:mllp"], [], ["person:a", "function:b"], ["person:a", undefined], "person:a"],
  session: ["6f1c2a5e-0000-4000-8000-000000000001", "", "s".repeat(65)],
  device: ["ward-3-cart:2", "a b"],
  assurance: [...ASSURANCE_LEVELS, "aal4"],
  breakGlass: [...BREAK_GLASS_REASONS, "boredom"],
  action: [...AUDIT_ACTIONS, "toString"],
  resource: [
    { type: "Patient" },
    { type: "Patient", tag: pseudonym("a") },
    { type: "Patient", tag: undefined },
    { tag: pseudonym("a") },
    { type: "Patient", [Symbol("tag")]: 1 },
    JSON.parse('{"type":"Patient","__proto__":1}'),
    Object.create({ type: "Patient" }),
    Object.defineProperty({ type: "Patient" }, "name", { value: "Anna", enumerable: false }),
    ["type"],
  ],
  subject: [pseudonym("b"), pseudonym("b").slice(1), `${pseudonym("b").slice(1)}ä`, `${pseudonym("b").slice(1)}\u0141`],
  purpose: [...PURPOSES_OF_USE, "toString", "__proto__"],
  decision: ["allow", "deny", "maybe"],
  policies: [
    [],
    ["grant:lab-result:Observation.create", "a#b^*"],
    Array.from({ length: 256 }, () => "p"),
    Array.from({ length: 257 }, () => "p"),
    Array.from({ length: 256 }, (_, at) => `p${at}`.padEnd(160, "x")),
    Object.assign(["p"], { note: "Anna" }),
    Object.assign(["p"], { [Symbol.iterator]: () => ["q"].values() }),
    // eslint-disable-next-line no-sparse-arrays -- a hole is no id
    ["p", , "q"],
    [["p"]],
    { length: 0 },
  ],
  outcome: ["success", "failure", "refused", "unknown"],
  reason: [...Object.keys(ERROR_KINDS), ...EGRESS_REASONS, "constructor"],
  fields: [
    ["name.given", "value[x]", "_id"],
    ["a\u2028"],
    [],
    Array.from({ length: 256 }, (_, at) => `f${at}`.padEnd(128, "x")),
  ],
  host: ["sms.example.org:8443", "[::1]:80", "a", "-a", "a.example:123456"],
  carries: [...DATA_CLASSES, "all"],
  count: [0, -0, 3, Number.MAX_SAFE_INTEGER, 2 ** 53, 1.5, Number.NaN, Infinity, 3n, "3"],
  item: ["policies/clinicians.cedar", "/etc"],
  digest: [`sha256:${"cd".repeat(32)}`, `sha256:${"CD".repeat(32)}`],
  release: [`sha256:${"ab".repeat(32)}`, "sha256:"],
  trace: ["0".repeat(32), "0".repeat(31), `${"0".repeat(31)}F`, "0".repeat(33)],
};

const NAMES = Object.keys(SAMPLES) as (keyof AuditEntry)[];
const text = fc.oneof(fc.string({ unit: "grapheme" }), fc.string({ unit: "binary", maxLength: 40 }));
/** A good value with a character in it changed, left out or put in. */
const mutated = fc
  .tuple(
    fc.constantFrom(...NAMES),
    fc.nat(),
    fc.nat(80),
    fc.constantFrom("", "\n", '"', "\\", "\0", "é", "Z", "9", "-"),
    fc.nat(1),
  )
  .map(([name, pick, place, put, length]) => {
    const samples = SAMPLES[name].filter((sample) => typeof sample === "string");
    const sample = samples[pick % Math.max(1, samples.length)] ?? "x";
    const at = place % (sample.length + 1);
    return [name, sample.slice(0, at) + put + sample.slice(at + length)] as const;
  });
const sampled = fc
  .tuple(fc.constantFrom(...NAMES), fc.nat())
  .map(([name, pick]) => [name, SAMPLES[name][pick % SAMPLES[name].length]] as const);
const strange = fc.tuple(
  fc.constantFrom(...NAMES),
  fc.oneof(fc.anything(), text, fc.constant(undefined), fc.constant(null), fc.constant(Object("person:anna"))),
);
const changes = fc.array(fc.oneof({ weight: 6, arbitrary: sampled }, { weight: 2, arbitrary: mutated }, strange), {
  maxLength: 9,
});
const person = { principal: "person:dr-okafor", onBehalfOf: "person:b", host: "a.example", purpose: "ETREAT" } as const;
const bases = fc.constantFrom(makeEntry(1), { ...makeEntry(2), ...person }, makeEntry(3, { action: "config.policy" }));

test("says of any entry what the plain form of the shape says, and writes the same text", () => {
  let accepted = 0;
  fc.assert(
    fc.property(bases, changes, (base, changed) => {
      const entry = { ...base, ...Object.fromEntries(changed) } as unknown as AuditEntry;
      const expected = plainly(entry);
      accepted += expected === undefined ? 0 : 1;
      assert.equal(written(entry), expected);
      assert.equal(written(entry), expected, "the second time, when values are remembered");
    }),
    { numRuns: 5_000 },
  );
  assert.ok(accepted > 200, `${accepted} entries were of the shape`);
});

test("says so of entries that are no plain objects", () => {
  const own = fc.constantFrom<(entry: object) => unknown>(
    (entry) => Object.create(entry),
    (entry) => Object.freeze({ ...entry }),
    (entry) => Object.assign(Object.create(null), entry),
    (entry) => new Proxy(entry, {}),
    (entry) => ({ ...entry, [Symbol("note")]: "Anna" }),
    (entry) => Object.defineProperty({ ...entry }, "note", { value: "Anna", enumerable: false }),
    (entry) => ({ ...entry, toJSON: () => ({ note: "Anna" }) }),
    (entry) => Object.create({ toJSON: () => ({ note: "Anna" }) }, Object.getOwnPropertyDescriptors(entry)),
    (entry) =>
      Object.defineProperties({}, Object.fromEntries(Object.entries(entry).map(([k, v]) => [k, { get: () => v }]))),
  );
  fc.assert(
    fc.property(bases, changes, own, (base, changed, make) => {
      const entry = make({ ...base, ...Object.fromEntries(changed) }) as AuditEntry;
      assert.equal(written(entry), plainly(entry));
    }),
    { numRuns: 2_000 },
  );
});

test("knows the days that there are", () => {
  const part = (max: number, length: number) => fc.nat(max).map((number) => String(number).padStart(length, "0"));
  fc.assert(
    fc.property(
      fc.tuple(part(9999, 4), part(14, 2), part(33, 2), part(25, 2), part(62, 2), part(62, 2), part(999, 3)),
      ([year, month, day, hour, minute, second, millisecond]) => {
        const entry = makeEntry(1, { time: `${year}-${month}-${day}T${hour}:${minute}:${second}.${millisecond}Z` });
        assert.equal(written(entry), plainly(entry));
      },
    ),
    { numRuns: 10_000 },
  );
});
