import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import {
  Hl7ParseError,
  parseMessage,
  readStructuredNumeric,
  resultGroups,
  type ErrorCondition,
  type PatientResults,
  type StructuredNumeric,
} from "./index.ts";

const conformance = new URL("../../../../conformance/hl7/", import.meta.url);
const MSH = "MSH|^~\\&|LAB|NORTH|WARD|ST BRIGID|20260302||ORU^R01^ORU_R01|C1|P|2.5.1";

function groups(...segments: string[]): readonly PatientResults[] {
  return resultGroups(parseMessage([MSH, ...segments].join("\r")));
}

function refuses(condition: ErrorCondition, segment: string, ...segments: string[]): void {
  assert.throws(
    () => groups(...segments),
    (error) => error instanceof Hl7ParseError && error.condition === condition && error.location.segment === segment,
  );
}

test("groups notes, specimens and observations under their orders", () => {
  const [result, ...others] = groups(
    "PID|1||A",
    "NTE|1||of the patient",
    "PV1|1|I",
    "ORC|RE|1",
    "OBR|1|||first",
    "NTE|1||of the order",
    "OBX|1|NM|a||1",
    "NTE|1||of the observation",
    "NTE|2||and more",
    "SPM|1|||blood",
    "OBR|2|||second",
    "OBX|1|NM|b||2",
  );
  assert.deepEqual(others, []);
  assert.equal(result?.visit?.text("2"), "I");
  assert.deepEqual(
    result?.notes.map((note) => note.text("3")),
    ["of the patient"],
  );
  const [first, second] = result?.orders ?? [];
  assert.equal(first?.order?.text("2"), "1");
  assert.deepEqual(
    first?.notes.map((note) => note.text("3")),
    ["of the order"],
  );
  assert.equal(first?.observations[0]?.notes.length, 2);
  assert.equal(first?.specimen?.text("4"), "blood");
  assert.equal(second?.order, undefined, "an ORC belongs to the next OBR only");
  assert.equal(second?.observations.length, 1);
});

test("keeps the results of two patients apart", () => {
  const results = groups(
    "PID|1||A",
    "OBR|1||F1",
    "OBX|1|NM|a||1",
    "PID|2||B",
    "OBR|1||F2||||||||||||||||||||||||||^F1",
    "OBX|1|NM|a||2",
  );
  assert.deepEqual(
    results.map(({ patient }) => patient.text("3")),
    ["A", "B"],
  );
  assert.equal(results[1]?.orders[0]?.observations[0]?.obx.text("5"), "2");
  assert.equal(results[1]?.orders[0]?.parent?.order, undefined, "a parent of another patient is no parent");
});

test("refuses results without a patient or an order", () => {
  refuses("101", "PID", "OBR|1", "OBX|1|NM|a||1");
  refuses("101", "PID");
  refuses("101", "OBR", "PID|1||A");
  refuses("100", "OBX", "PID|1||A", "OBX|1|NM|a||1", "OBR|1");
  refuses("100", "OBX", "PID|1||A", "OBR|1", "ORC|RE", "OBX|1|NM|a||1");
});

test("ties the susceptibilities of a culture to the organism they were tested on", () => {
  const [result] = resultGroups(parseMessage(readFileSync(new URL("03-microbiology.hl7", conformance), "utf8")));
  const [culture, first, second] = result?.orders ?? [];
  assert.equal(culture?.parent, undefined);
  assert.equal(first?.parent?.order, culture);
  assert.equal(first?.parent?.observation?.obx.text("5.2"), "Escherichia coli");
  assert.equal(second?.parent?.observation?.obx.text("5.2"), "Klebsiella oxytoca");
  assert.equal(second?.parent?.fillerOrderNumber, "NL-2026-060917");
});

test("finds a parent by OBR-26 alone, and says when it came in another message", () => {
  const parent = ["PID|1||A", "OBR|1||F1", "OBX|1|CWE|630-4|1|coli"];
  const byResult = groups(...parent, `OBR|2||F2${"|".repeat(23)}630-4^1`, "OBX|1|SN|28-1||>^32");
  assert.equal(byResult[0]?.orders[1]?.parent?.observation?.obx.text("5"), "coli");
  const elsewhere = groups("PID|1||A", `OBR|1||F2${"|".repeat(26)}P0^F0`, "OBX|1|SN|28-1||>^32");
  assert.deepEqual(elsewhere[0]?.orders[0]?.parent, { placerOrderNumber: "P0", fillerOrderNumber: "F0" });
});

test("reads a hostile message of 50,000 orders that all name parents", () => {
  const order = (n: number): string => `OBR|1||F${n}${"|".repeat(23)}x^none|||^F0\rOBX|1|NM|x|${n}|1`;
  const [result] = groups("PID|1||A", ...Array.from({ length: 50_000 }, (_, n) => order(n)));
  assert.equal(result?.orders.length, 50_000);
  assert.equal(result.orders.at(-1)?.parent?.order, result.orders[0]);
});

test("reads structured numerics", () => {
  const sn = (text: string): StructuredNumeric | undefined => {
    const obx = parseMessage(`${MSH}\rOBX|1|SN|x||${text}`).segment("OBX");
    assert(obx !== undefined);
    return readStructuredNumeric(obx);
  };
  assert.deepEqual(sn(">^1000"), { comparator: ">", num1: 1000 });
  assert.deepEqual(sn("^1^:^128"), { num1: 1, separator: ":", num2: 128 });
  assert.deepEqual(sn("^5^-^10"), { num1: 5, separator: "-", num2: 10 });
  assert.deepEqual(sn("^2^+"), { num1: 2, separator: "+" });
  assert.equal(sn(""), undefined);
  for (const text of ["about^5", ">^five", "^1^to^2"]) assert.throws(() => sn(text), Hl7ParseError, text);
});
