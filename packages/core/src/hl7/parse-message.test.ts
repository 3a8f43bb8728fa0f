import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { Hl7ParseError, parseMessage, readHeader, type ErrorCondition, type Hl7Location } from "./index.ts";

const conformance = new URL("../../../../conformance/hl7/", import.meta.url);

function message(...segments: string[]): string {
  return ["MSH|^~\\&|LAB|NORTH|WARD|ST BRIGID|20260302||ORU^R01^ORU_R01|C1|P|2.5.1", ...segments].join("\r") + "\r";
}

function refusal(raw: string): { condition: ErrorCondition; location: Hl7Location } {
  try {
    parseMessage(raw);
  } catch (error) {
    assert(error instanceof Hl7ParseError, String(error));
    return { condition: error.condition, location: error.location };
  }
  throw new Error("the message was taken");
}

test("reads the header", () => {
  const { header } = parseMessage(message().replace("|2.5.1", "|2.5.1||||||UNICODE UTF-8~8859/1"));
  assert.equal(header.type, "ORU^R01");
  assert.equal(header.controlId, "C1");
  assert.equal(header.sendingApplication, "LAB");
  assert.equal(header.sendingFacility, "NORTH");
  assert.equal(header.version, "2.5.1");
  assert.equal(header.dateTime, "20260302");
  assert.deepEqual(header.charset, ["UNICODE UTF-8", "8859/1"]);
});

test("reads fields, repetitions, components and subcomponents from one", () => {
  const pid = parseMessage(message("PID|1||A&x^^^H^MR~B^^^G^SS||Vale&van^Ann")).segment("PID");
  assert.equal(pid?.text("3"), "A");
  assert.equal(pid?.text("3.1.2"), "x");
  assert.equal(pid?.text("3[2].5"), "SS");
  assert.equal(pid?.field(3).repetitions.length, 2);
  assert.equal(pid?.field(3).repetition(2).component(4).sub(1), "G");
  assert.equal(pid?.text("5.1.2"), "van");
  assert.equal(pid?.text("5.2"), "Ann");
  assert.equal(pid?.text("5.9"), undefined);
  assert.equal(pid?.text("30"), undefined);
});

test("tells the null value from what was not sent", () => {
  const pid = parseMessage(message('PID|1||A||""||""')).segment("PID");
  assert.equal(pid?.value("5"), null);
  assert.equal(pid?.text("5"), undefined);
  assert.equal(pid?.value("6"), undefined);
  assert.equal(pid?.field(7).isNull, true);
});

test("obeys the delimiters that the message declares", () => {
  const raw = "MSH#*!?%#LAB#N#W#S#2026##ORU*R01#C1#P#2.5\rPID#1##A*B!C##Sm?F?th%x\r";
  const parsed = parseMessage(raw);
  assert.equal(parsed.header.type, "ORU^R01");
  assert.equal(parsed.segment("PID")?.text("3[2]"), "C");
  assert.equal(parsed.segment("PID")?.text("5"), "Sm#th");
  assert.equal(parsed.segment("PID")?.text("5.1.2"), "x");
  assert.equal(parsed.segment("MSH")?.rawField(1), "#");
  assert.equal(parsed.segment("MSH")?.rawField(2), "*!?%");
});

test("takes LF and CR LF as segment ends", () => {
  assert.equal(parseMessage(message("PID|1", "OBR|1").replaceAll("\r", "\r\n")).all.length, 3);
  assert.equal(parseMessage(message("PID|1", "OBR|1").replaceAll("\r", "\n")).all.length, 3);
});

test("names place and condition of what it refuses", () => {
  const msh = { segment: "MSH", position: 1 };
  assert.deepEqual(refusal(""), { condition: "100", location: msh });
  assert.deepEqual(refusal("PID|1\r"), { condition: "100", location: msh });
  assert.deepEqual(refusal("MSH|^~^&|LAB\r"), { condition: "102", location: { ...msh, field: 2 } });
  assert.deepEqual(refusal("MSH|^~\\|LAB\r"), { condition: "102", location: { ...msh, field: 2 } });
  assert.deepEqual(refusal("MSHA^~\\&ALAB\r"), { condition: "102", location: { ...msh, field: 1 } });
  assert.deepEqual(refusal(message().replace("|C1|", "||")), { condition: "101", location: { ...msh, field: 10 } });
  assert.deepEqual(refusal(message().replace("|C1|", '|""|')), { condition: "101", location: { ...msh, field: 10 } });
  const long = message().replace("|C1|", `|${"9".repeat(200)}|`);
  assert.deepEqual(refusal(long), { condition: "102", location: { ...msh, field: 10 } });
  const noType = message().replace("ORU^R01^ORU_R01", "");
  assert.deepEqual(refusal(noType), { condition: "101", location: { ...msh, field: 9 } });
  assert.deepEqual(refusal(message().replace("|2.5.1", "|3.0")), { condition: "203", location: { ...msh, field: 12 } });
  assert.deepEqual(refusal(message("PID|1", "second line of a note")), {
    condition: "100",
    location: { segment: "PID", position: 1 },
  });
  assert.deepEqual(refusal(message("MSH|^~\\&|X")), { condition: "100", location: { segment: "MSH", position: 2 } });
});

test("never quotes the message in an error", () => {
  const raw = message("PID|1||SB4471902||Ravensworth^Eleanor", "Ravensworth continued");
  assert.throws(
    () => parseMessage(raw),
    (error) => error instanceof Hl7ParseError && !JSON.stringify([error.message, error.location]).includes("Raven"),
  );
  const obx = parseMessage(message("OBX|1|NM|x||grossly haemolysed")).segment("OBX");
  assert.throws(
    () => obx?.number("5"),
    (error) => error instanceof Hl7ParseError && error.condition === "102" && !error.message.includes("haemolysed"),
  );
});

test("reads NM as the standard writes it and refuses the rest", () => {
  const number = (text: string): number | undefined =>
    parseMessage(message(`OBX|1|NM|x||${text}`))
      .segment("OBX")
      ?.number("5");
  assert.equal(number("5.90"), 5.9);
  assert.equal(number("-.5"), -0.5);
  assert.equal(number("+3"), 3);
  assert.equal(number(" 7 "), 7);
  assert.equal(number(""), undefined);
  for (const text of ["1e5", "0x10", "Infinity", "NaN", "1,5", "--1", ".", "9".repeat(60)]) {
    assert.throws(() => number(text), Hl7ParseError, text);
  }
});

test("reads what it can of a header that it would refuse", () => {
  const header = readHeader("MSH|^~^&|LAB|NORTH|WARD|ST BRIGID|2026||ORU^R01|C7|P|2.5.1\rPID|1");
  assert.equal(header?.controlId, "C7");
  assert.equal(header?.sendingApplication, "LAB");
  assert.equal(readHeader("PID|1"), undefined);
  assert.equal(readHeader(""), undefined);
});

test("reads every conformance message but those whose header is broken", () => {
  const files = readdirSync(conformance).filter((file) => file.endsWith(".hl7"));
  assert(files.length >= 16);
  const refused = files.filter((file) => {
    const encoding = file.includes("latin1") ? "latin1" : "utf8";
    try {
      parseMessage(readFileSync(new URL(file, conformance), encoding));
      return false;
    } catch (error) {
      assert(error instanceof Hl7ParseError);
      return true;
    }
  });
  assert.deepEqual(refused, ["16-broken-header.hl7", "19-broken-no-control-id.hl7"]);
});
