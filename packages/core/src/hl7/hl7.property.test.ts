import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  buildMessage,
  buildSegment,
  Hl7ParseError,
  parseMessage,
  readHeader,
  resultGroups,
  toFhirDateTime,
  type Delimiters,
} from "./index.ts";

const delimiters: fc.Arbitrary<Delimiters> = fc
  .shuffledSubarray("|^~\\&#*!?%$@;:<>{}[]/_`=,()".split(""), { minLength: 5, maxLength: 5 })
  .map(([field = "", component = "", repetition = "", escape = "", subcomponent = ""]) => ({
    field,
    component,
    repetition,
    escape,
    subcomponent,
  }));

/** Text with many delimiters, quotes and line ends in it. */
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ unit: fc.constantFrom(..."|^~\\&#*\"'\r\n\tFSTREX.0aż山".split("")), maxLength: 40 }),
);

test("what is built is read back, whatever the text and the delimiters", () => {
  fc.assert(
    fc.property(
      delimiters,
      fc.array(text, { minLength: 1, maxLength: 6 }),
      text,
      text,
      (marks, values, component, sub) => {
        const raw = buildMessage([
          buildSegment("MSH", ["LAB", "N", "W", "S", "2026", "", ["ORU", "R01"], "C1", "P", "2.5.1"], marks),
          buildSegment("NTE", [...values, { repetitions: ["first", ["x", component, ["y", sub]]] }, null], marks),
        ]);
        const message = parseMessage(raw);
        assert.equal(message.all.length, 2);
        const note = message.segment("NTE");
        const at = values.length + 1;
        for (const [index, value] of values.entries()) assert.equal(note?.text(`${index + 1}`) ?? "", value);
        assert.equal(note?.text(`${at}[2].2`) ?? "", component);
        assert.equal(note?.text(`${at}[2].3.2`) ?? "", sub);
        assert.equal(note?.value(`${at + 1}`), null);
      },
    ),
  );
});

test("garbage is refused with Hl7ParseError and nothing else", () => {
  const unit = fc.constantFrom(...'MSHPIDOBRXNTEC|^~\\&\r\n"0129.+-#é\u0000\u001c\u000b'.split(""));
  const garbage = fc.tuple(
    fc.constantFrom(
      "",
      "MSH",
      "MSH|^~\\&|",
      "MSH|^~\\&|A|B|C|D|2026||ORU^R01|C1|P|2.5.1\r",
      "MSH|^~\\&|A|B|C|D|2026||ORU^R01|C1|P|2.5.1\rPID|1\rOBR|1",
    ),
    fc.oneof(fc.string({ unit, maxLength: 400 }), fc.string({ unit: "binary", maxLength: 200 })),
  );
  fc.assert(
    fc.property(garbage, ([head, tail]) => {
      readHeader(head + tail);
      try {
        for (const { patient, orders } of resultGroups(parseMessage(head + tail))) {
          patient.date("7");
          for (const { observations } of orders) for (const { obx } of observations) obx.number("5");
        }
      } catch (error) {
        assert(error instanceof Hl7ParseError, String(error));
      }
    }),
    { numRuns: 500 },
  );
});

test("a megabyte of anything are read without hanging", () => {
  const head = "MSH|^~\\&|A|B|C|D|2026||ORU^R01|C1|P|2.5.1\rPID|1||";
  const fillers = [
    "\\",
    "|",
    "^",
    "&",
    "~",
    "\\X41\\",
    "\\.br\\",
    "\\X",
    "\r\n",
    "\rNTE",
    '"',
    "\\Z",
    "\\C",
    "1",
    "\\E",
  ];
  for (const filler of fillers) {
    const raw = head + filler.repeat(Math.ceil(1_000_000 / filler.length));
    try {
      const pid = parseMessage(raw).segment("PID");
      pid?.text("3");
      pid?.text("3.2.2");
      pid?.value("3[7].1");
    } catch (error) {
      assert(error instanceof Hl7ParseError);
    }
  }
});

test("every FHIR date that is made is one", () => {
  const r4 =
    /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])(T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]((0\d|1[0-3]):[0-5]\d|14:00)))?)?)?$/;
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."0123456789.+-".split("")), maxLength: 24 }), (candidate) => {
      const made = toFhirDateTime(candidate);
      if (made !== undefined) assert.match(made, r4);
    }),
  );
});
