import assert from "node:assert/strict";
import { test } from "node:test";
import { buildAck, parseMessage, readAck, readHeader } from "./index.ts";

const now = new Date("2026-03-02T15:12:07.120Z");
const raw =
  "MSH|^~\\&|LAB^1.2.3^ISO|NORTH|WARD|ST BRIGID|20260302||ORU^R01^ORU_R01|C\\T\\1|T|2.4||||||8859/1\rPID|1||A\r";

test("answers with sender and receiver swapped and the sender's control id, processing id and version", () => {
  const ack = buildAck({ message: parseMessage(raw), code: "AA", now, controlId: "W1" });
  assert.equal(
    ack,
    "MSH|^~\\&|WARD|ST BRIGID|LAB^1.2.3^ISO|NORTH|20260302151207.120+0000||ACK^R01^ACK|W1|T|2.4||||||8859/1\r" +
      "MSA|AA|C\\T\\1\r",
  );
  assert.deepEqual(readAck(parseMessage(ack)), { code: "AA", controlId: "C\\T\\1" });
});

test("says where and why a message was refused", () => {
  const ack = buildAck({
    message: parseMessage(raw),
    code: "AE",
    condition: "102",
    location: { segment: "OBX", position: 2, field: 5 },
    reason: "The message's content can't be filed.",
    now,
    controlId: "W1",
  });
  const err = parseMessage(ack).segment("ERR");
  assert.deepEqual([err?.text("2.1"), err?.text("2.2"), err?.text("2.3")], ["OBX", "2", "5"]);
  assert.deepEqual([err?.text("3.1"), err?.text("3.2"), err?.text("3.3")], ["102", "Data type error", "HL70357"]);
  assert.equal(err?.text("4"), "E");
  assert.equal(err?.text("8"), "The message's content can't be filed.");
});

test("answers what has no header at all, and a condition that is none", () => {
  const ack = buildAck({ message: undefined, code: "AR", condition: "999", now, controlId: "W1" });
  assert.equal(ack.split("\r")[0], "MSH|^~\\&|WARD||||20260302151207.120+0000||ACK|W1|P|2.5.1");
  assert.equal(ack.split("\r")[1], "MSA|AR");
  assert.equal(readAck(parseMessage(ack.replace("MSA|AR", "MSA|AR|C1")))?.condition, "207");
});

test("speaks the sender's delimiters", () => {
  const message = parseMessage("MSH#*!?%#LAB#N#W#S#2026##ORU*R01#C1#P#2.5\r");
  const ack = buildAck({ message, code: "AR", condition: "200", now, controlId: "W1" });
  const parsed = parseMessage(ack);
  assert.equal(parsed.header.type, "ACK^R01");
  assert.equal(parsed.segment("ERR")?.text("3"), "200");
});

test("echoes nothing longer than a header field may be", () => {
  const header = readHeader(`MSH|^~\\&|${"A".repeat(5000)}|N|||2026||ORU^R01|${"9".repeat(5000)}|P|2.5`);
  assert(buildAck({ message: header && { header }, code: "AR", condition: "102", now, controlId: "W1" }).length < 200);
});
