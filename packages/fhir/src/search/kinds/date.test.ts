import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { JsonObject } from "../../json.ts";
import { finds } from "../testing.ts";

const observation = (effective: JsonObject): JsonObject => ({ resourceType: "Observation", id: "o", ...effective });
const at = (text: string): JsonObject => observation({ effectiveDateTime: text });
const during = (start?: string, end?: string): JsonObject =>
  observation({
    effectivePeriod: { ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) },
  });

describe("a search by date", () => {
  it("finds a dateTime by its year, month, day, minute and second", () => {
    const value = at("2020-03-04T10:30:15Z");
    for (const date of ["2020", "2020-03", "2020-03-04", "2020-03-04T10:30Z", "2020-03-04T10:30:15Z"]) {
      assert.ok(finds(value, `date=${date}`), date);
    }
    for (const date of ["2019", "2020-04", "2020-03-05", "2020-03-04T10:31Z", "2020-03-04T10:30:15.000Z"]) {
      assert.ok(!finds(value, `date=${date}`), date);
    }
  });

  it("does not take a year for one of its days", () => {
    assert.ok(!finds(at("2020"), "date=2020-03-04"));
    assert.ok(finds(at("2020"), "date=ap2020-03-04"));
  });

  it("finds a Period that lies within the day, and not one that only touches it", () => {
    assert.ok(finds(during("2020-03-04T08:00:00Z", "2020-03-04T09:00:00Z"), "date=2020-03-04"));
    assert.ok(!finds(during("2020-03-03", "2020-03-05"), "date=2020-03-04"));
    assert.ok(finds(during("2020-03-03", "2020-03-05"), "date=2020-03"));
    assert.ok(finds(during("2020-03-03", "2020-03-05"), "date=ge2020-03-04"));
    assert.ok(finds(during("2020-03-03", "2020-03-05"), "date=le2020-03-04"));
    for (const day of ["2020-03-03", "2020-03-05"]) {
      assert.ok(finds(during("2020-03-03", "2020-03-05"), `date=ge${day}&date=le${day}`), `going on at ${day}`);
    }
    assert.ok(!finds(during("2020-03-03", "2020-03-05"), "date=sa2020-03-04"));
  });

  it("takes an open Period for one without end", () => {
    assert.ok(finds(during("2020-03-04"), "date=gt2030"));
    assert.ok(!finds(during("2020-03-04"), "date=2020"));
    assert.ok(!finds(during("2020-03-04"), "date=eb2030"));
    assert.ok(finds(during(undefined, "2020-03-04"), "date=lt1900"));
  });

  it("counts the offset of the value and of the search", () => {
    const value = at("2020-03-04T23:30:00-05:00");
    assert.ok(finds(value, "date=2020-03-05"), "in UTC it is the next day");
    assert.ok(!finds(value, "date=2020-03-04"));
    assert.ok(finds(value, "date=2020-03-04T23:30:00-05:00"));
    assert.ok(finds(value, "date=2020-03-05T05:30:00+01:00"));
    assert.ok(finds(value, "date=2020-03-05T05:30:00 01:00"), "a + that was decoded as a space");
  });

  it("knows what each prefix says at the edges of a day", () => {
    const value = at("2020-03-04");
    const expected: Readonly<Record<string, boolean>> = {
      "eq2020-03-04": true,
      "ne2020-03-04": false,
      "ne2020-03-05": true,
      "gt2020-03-04": false,
      "gt2020-03-03": true,
      "lt2020-03-04": false,
      "lt2020-03-05": true,
      "ge2020-03-04": true,
      "ge2020-03-05": false,
      "le2020-03-04": true,
      "le2020-03-03": false,
      "sa2020-03-03": true,
      "sa2020-03-04": false,
      "eb2020-03-05": true,
      "eb2020-03-04": false,
    };
    for (const [date, isFound] of Object.entries(expected)) assert.equal(finds(value, `date=${date}`), isFound, date);
  });

  it("finds about a date what lies within a tenth of the time since then", () => {
    // A hundred days before the tests' now.
    assert.ok(finds(at("2024-02-22"), "date=ap2024-02-28"));
    assert.ok(finds(at("2024-03-05"), "date=ap2024-02-28"));
    assert.ok(!finds(at("2024-03-20"), "date=ap2024-02-28"));
    assert.ok(!finds(at("2024-02-10"), "date=ap2024-02-28"));
  });

  it("finds nothing where there is no date, by any prefix", () => {
    for (const prefix of ["", "ne", "ge", "lt", "ap"]) assert.ok(!finds(observation({}), `date=${prefix}2020`));
  });

  it("finds the schedule of a Timing by its outer limits", () => {
    const value = observation({ effectiveTiming: { event: ["2020-03-04", "2020-03-20"] } });
    assert.ok(finds(value, "date=2020-03"));
    assert.ok(!finds(value, "date=2020-03-04"));
  });

  it("refuses what is no date", () => {
    for (const date of [
      "2020-13",
      "2020-02-30",
      "20200304",
      "yesterday",
      "zz2020",
      "2020-03-04T10",
      "2020-03-04T25:00Z",
    ]) {
      assert.throws(() => finds(at("2020"), `date=${date}`), { code: "invalid-request" }, date);
    }
  });
});

/** R4 says of ranges what a naive reading of sets of days says: each prefix over days 0 to 9. */
describe("the prefixes of dates", () => {
  const day = (n: number): string => new Date(Date.UTC(2020, 0, 1 + n)).toISOString().slice(0, 10);
  const range = fc.tuple(fc.nat(9), fc.nat(9)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
  const naive: Readonly<Record<string, (wanted: number, value: readonly number[]) => boolean>> = {
    eq: (wanted, value) => value.every((each) => each === wanted),
    ne: (wanted, value) => value.some((each) => each !== wanted),
    gt: (wanted, value) => value.some((each) => each > wanted),
    lt: (wanted, value) => value.some((each) => each < wanted),
    ge: (wanted, value) => value.some((each) => each >= wanted),
    le: (wanted, value) => value.some((each) => each <= wanted),
    sa: (wanted, value) => value.every((each) => each > wanted),
    eb: (wanted, value) => value.every((each) => each < wanted),
  };

  it("agree with sets of days", () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(naive)), fc.nat(9), range, (prefix, wanted, [from, to]) => {
        const days = Array.from({ length: to - from + 1 }, (_, n) => from + n);
        const isFound = finds(during(day(from), day(to)), `date=${prefix}${day(wanted)}`);
        assert.equal(isFound, naive[prefix]?.(wanted, days));
      }),
      { numRuns: 500 },
    );
  });
});
