import assert from "node:assert/strict";
import { test } from "node:test";
import { toFhirDate, toFhirDateTime, toFhirInstant, toHl7DateTime } from "./index.ts";

test("keeps the precision and the zone that were sent", () => {
  assert.equal(toFhirDateTime("2026"), "2026");
  assert.equal(toFhirDateTime("202603"), "2026-03");
  assert.equal(toFhirDateTime("20260302"), "2026-03-02");
  assert.equal(toFhirDateTime("2026030214-0500"), "2026-03-02T14:00:00-05:00");
  assert.equal(toFhirDateTime("202603021410-0500"), "2026-03-02T14:10:00-05:00");
  assert.equal(toFhirDateTime("20260302141059.1234+0545"), "2026-03-02T14:10:59.1234+05:45");
});

test("invents no zone: a time of day without one is a date unless the sender's zone is known", () => {
  assert.equal(toFhirDateTime("20260302141059"), "2026-03-02");
  assert.equal(toFhirDateTime("20260302141059", { zone: "+01:00" }), "2026-03-02T14:10:59+01:00");
  assert.equal(toFhirDateTime("20260302141059-0500", { zone: "+01:00" }), "2026-03-02T14:10:59-05:00");
});

test("answers dates and instants", () => {
  assert.equal(toFhirDate("19470311"), "1947-03-11");
  assert.equal(toFhirDate("20260302235959-0500"), "2026-03-02");
  assert.equal(toFhirInstant("20260302141059-0500"), "2026-03-02T14:10:59-05:00");
  assert.equal(toFhirInstant("202603021410-0500"), undefined);
  assert.equal(toFhirInstant("20260302141059"), undefined);
  assert.equal(toFhirInstant("20260302"), undefined);
});

test("refuses what is no time", () => {
  const wrong = ["", "26", "20261", "202613", "20260230", "19000229", "2026030224", "202603021460", "20260302141060"];
  for (const text of [
    ...wrong,
    "20260302+2500",
    "20260302-1401",
    "20260302141059.12345",
    "2026-03-02",
    "0000",
    "２０２６",
  ]) {
    assert.equal(toFhirDateTime(text), undefined, text);
  }
  assert.equal(toFhirDate("20000229"), "2000-02-29");
});

test("writes times in UTC", () => {
  assert.equal(toHl7DateTime(new Date("2026-03-02T15:12:07.120Z")), "20260302151207.120+0000");
});
