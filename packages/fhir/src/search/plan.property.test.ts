/** What `meets` accepts is always a candidate under `plan`, whatever is in the record and asked of it. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { extractSearchValues } from "../extraction/extract.ts";
import type { JsonObject } from "../json.ts";
import { SAMPLES } from "../testing/samples.ts";
import type { BlindIndex, FlatCriterion, Plan } from "./contract.ts";
import { indexOf } from "./index-of.ts";
import { searchedOf } from "../extraction/searched.ts";
import { dateRange } from "../validation/dates.ts";
import { judgeOf } from "./meets.ts";
import { plan } from "./plan.ts";
import { flatCriteria, queriesFor, readableIndex } from "./testing.ts";
import type { IndexOptions } from "./tokens/index-options.ts";

const RANGES = ["Observation.date", "Patient.birthdate", "Encounter.date", "Condition.onset-date"];

function isCandidate(resource: JsonObject, planned: Plan, blindIndex: BlindIndex, options: IndexOptions): boolean {
  const tokens = new Set(indexOf(resource, blindIndex, options).tokens);
  const updated = Date.parse(
    (resource["meta"] as { lastUpdated?: string } | undefined)?.lastUpdated ?? "2024-01-01T00:00:00Z",
  );
  return (
    planned.allOf.every((group) => group.some((token) => tokens.has(token))) &&
    (planned.ids?.includes(resource["id"] as string) ?? true) &&
    updated >= (planned.updated?.from?.getTime() ?? -Infinity) &&
    updated < (planned.updated?.to?.getTime() ?? Infinity)
  );
}

function textOf(_: string, value: unknown): unknown {
  return value instanceof Set ? [...(value as Set<unknown>)] : typeof value === "bigint" ? `${value}` : value;
}

/** Answers how many of the criteria the resource meets. */
function check(resource: JsonObject, asked: readonly FlatCriterion[], options: IndexOptions): number {
  const { blindIndex } = readableIndex();
  const type = resource["resourceType"] as string;
  const met = asked.filter((criterion) => judgeOf([criterion])(searchedOf(resource)));
  for (const criterion of asked) {
    const planned = plan([type], [criterion], blindIndex, options);
    const isMet = met.includes(criterion);
    if (isMet)
      assert.ok(
        isCandidate(resource, planned, blindIndex, options),
        JSON.stringify([criterion, planned.isSelective, resource], textOf),
      );
    else if (planned.isSelective)
      assert.ok(!isCandidate(resource, planned, blindIndex, options), JSON.stringify([criterion, resource], textOf));
  }
  const together = plan([type], met, blindIndex, options);
  assert.ok(isCandidate(resource, together, blindIndex, options), JSON.stringify([met, resource], textOf));
  return met.length;
}

function criteriaFor(asked: JsonObject, type: string): FlatCriterion[] {
  return extractSearchValues(asked).flatMap((value) =>
    queriesFor(value.parameter, value).flatMap((query) => {
      // What a value can't be asked by (an empty part, white space in a URI) is the parser's.
      try {
        return flatCriteria(type, query);
      } catch {
        return [];
      }
    }),
  );
}

const day = fc.date({ min: new Date("1880-01-01"), max: new Date("2130-01-01"), noInvalidDate: true });
const dateTime = fc.oneof(
  day.map((each) => each.toISOString()),
  fc.tuple(day, fc.constantFrom(4, 7, 10)).map(([each, length]) => each.toISOString().slice(0, length)),
  day.map((each) => `${each.toISOString().slice(0, 19)}-11:30`),
  fc.constant("9999-12-31"),
);
const word = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }),
  fc.constantFrom("Müller", "O'Brien", "王小明", "a", "---"),
);
const code = fc.constantFrom("a", "A", "b", "ß", "2345-7", "final");
const system = fc.constantFrom("http://loinc.org", "urn:local", "http://unitsofmeasure.org", undefined);
const coding = fc.record({ system, code, display: fc.option(word, { nil: undefined }) });
const concept = fc.record({ coding: fc.array(coding, { minLength: 1, maxLength: 3 }), text: word });
const id = fc.constantFrom("1", "2", "3");
const reference = fc
  .tuple(
    fc.constantFrom("", "https://ward.example/fhir/", "https://other.example/"),
    fc.constantFrom("Patient", "Group"),
    id,
    fc.boolean(),
  )
  .map(([base, type, of, isVersion]) => ({
    reference: `${base}${type}/${of}${isVersion ? "/_history/1" : ""}`,
    identifier: { system: "urn:mrn", value: of },
  }));
/** A Period that ends before it starts is no valid R4 (per-1), and never stored. */
const period = fc.record({ start: dateTime, end: dateTime }, { requiredKeys: [] }).map(({ start, end }) => {
  const [from, to] = [dateRange(start)?.from, dateRange(end)?.from];
  return from === undefined || to === undefined || from <= to
    ? { ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) }
    : { start: end as string, end: start as string };
});
const quantity = fc.record({
  value: fc.integer({ min: -50, max: 50 }),
  system: fc.constant("http://unitsofmeasure.org"),
  code: fc.constantFrom("g", "mg", "mL", "Cel", "[degF]"),
});
const meta = fc.record({
  lastUpdated: day.map((each) => each.toISOString()),
  tag: fc.array(coding, { minLength: 1, maxLength: 2 }),
  profile: fc.array(fc.constantFrom("http://a.org/p", "http://a.org/p|1", "http://a.org/p/q"), { minLength: 1 }),
});
const optional: { requiredKeys: ("resourceType" | "id" | "meta")[] } = { requiredKeys: ["resourceType", "id", "meta"] };

const resource = fc
  .oneof(
    fc.record(
      {
        resourceType: fc.constant("Observation"),
        id,
        meta,
        status: fc.constantFrom("final", "preliminary"),
        code: concept,
        category: fc.array(concept, { minLength: 1, maxLength: 2 }),
        subject: reference,
        effectiveDateTime: dateTime,
        valueQuantity: quantity,
        component: fc.array(fc.record({ code: concept, valueQuantity: quantity }), { minLength: 1, maxLength: 2 }),
      },
      optional,
    ),
    fc.record(
      {
        resourceType: fc.constant("Patient"),
        id,
        meta,
        identifier: fc.array(fc.record({ system, value: word, type: concept }, { requiredKeys: ["value"] }), {
          minLength: 1,
          maxLength: 2,
        }),
        name: fc.array(fc.record({ family: word, given: fc.array(word, { minLength: 1, maxLength: 2 }), text: word }), {
          minLength: 1,
          maxLength: 2,
        }),
        address: fc.array(fc.record({ city: word, line: fc.array(word, { minLength: 1 }) }), {
          minLength: 1,
          maxLength: 2,
        }),
        telecom: fc.array(fc.record({ system: fc.constantFrom("email", "phone"), value: word }), { minLength: 1 }),
        birthDate: dateTime.map((each) => each.slice(0, 10)),
        deceasedDateTime: dateTime,
        generalPractitioner: fc.array(fc.record({ identifier: fc.record({ system, value: word }) }), { minLength: 1 }),
      },
      optional,
    ),
    fc.record(
      { resourceType: fc.constant("Encounter"), id, meta, class: coding, period, subject: reference },
      optional,
    ),
    fc.record(
      {
        resourceType: fc.constant("Condition"),
        id,
        meta,
        code: concept,
        onsetPeriod: period,
        abatementDateTime: dateTime,
      },
      optional,
    ),
  )
  .map((each) => JSON.parse(JSON.stringify(each)) as JsonObject);

const date = day.map((each) => each.toISOString().slice(0, 10));
const comparison = fc.tuple(fc.constantFrom("ge", "gt", "sa", "lt", "le", "eb", "ap", "", "ne"), date);

describe("the plan of a range", () => {
  it("holds every date and period that meets both of its ends", () => {
    let met = 0;
    const value = fc.oneof(
      dateTime.map((effectiveDateTime) => ({ effectiveDateTime })),
      period.map((effectivePeriod) => ({ effectivePeriod })),
    );
    const both = fc.array(comparison, { minLength: 2, maxLength: 3 });
    fc.assert(
      fc.property(value, both, (more, comparisons) => {
        const record = JSON.parse(JSON.stringify({ resourceType: "Observation", id: "1", ...more })) as JsonObject;
        const query = comparisons.map(([prefix, text]) => `date=${prefix}${text}`).join("&");
        const criteria = flatCriteria("Observation", query);
        if (!judgeOf(criteria)(searchedOf(record))) return;
        met++;
        const { blindIndex } = readableIndex();
        const options = { rangeIndexes: ["Observation.date"] };
        assert.ok(
          isCandidate(record, plan(["Observation"], criteria, blindIndex, options), blindIndex, options),
          query,
        );
      }),
      { numRuns: 3_000 },
    );
    assert.ok(met > 300, `${met} ranges found something`);
  });

  it("asks for what lies between its ends", () => {
    const { blindIndex, names } = readableIndex();
    const criteria = flatCriteria("Observation", "date=ge2024-01-30&date=lt2024-03");
    const { allOf } = plan(["Observation"], criteria, blindIndex, { rangeIndexes: ["Observation.date"] });
    const keys = allOf.map(
      (group) => new Set(group.map((token) => names.get(token)?.replace("Observation.date=", ""))),
    );
    assert.deepEqual(keys, [new Set(["2024-01-30", "2024-01-31", "2024-02", "=2024", "=2024-01", "~"])]);
  });
});

describe("the plan of a search", () => {
  const deployments: readonly (readonly [string, IndexOptions])[] = [
    ["", {}],
    [", with ranges indexed", { rangeIndexes: RANGES }],
    [", without tokens of names", { unindexed: ["Patient.name", "Observation.combo-code"] }],
  ];
  for (const [named, options] of deployments) {
    it(`holds every sample that meets it${named}`, () => {
      let met = 0;
      for (const each of SAMPLES) met += check(each, criteriaFor(each, each["resourceType"] as string), options);
      assert.ok(met > 400, `${met} searches found something`);
    });

    it(`holds every record that meets it${named}`, () => {
      let met = 0;
      const pair = fc.tuple(resource, resource);
      fc.assert(
        fc.property(pair, ([record, asked]) => {
          const type = record["resourceType"] as string;
          const criteria = [
            ...criteriaFor(record, type),
            ...(asked["resourceType"] === type ? criteriaFor(asked, type) : []),
          ];
          met += check(record, criteria, options);
        }),
        { numRuns: 70 },
      );
      assert.ok(met > 1_000, `${met} searches found something`);
    });
  }
});
