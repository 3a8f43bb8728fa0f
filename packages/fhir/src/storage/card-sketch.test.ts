/** What cards tell, against the resources that they were made of. Sealing is the vault's: here it leaves texts as they are. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CompartmentKeys } from "@ward/vault";
import { searchValuesOf } from "../extraction/extract.ts";
import type { SearchValue } from "../extraction/search-value.ts";
import type { JsonObject } from "../json.ts";
import { SAMPLES } from "../testing/samples.ts";
import { namesOnCard } from "./card-parameters.ts";
import { CardSketch, openCards } from "./card-sketch.ts";
import { sealCard } from "./card.ts";
import { labelsOf } from "./sealed-record.ts";

const RANDOM = "0f9f9f9f-1111-4222-8333-444444444444";
const HASHED = "0f9f9f9f-1111-8222-8333-444444444444";
const LAB = { system: "urn:label", code: "R" };

/** Each with a text of its own; what is sealed has five bytes more, as if there were a nonce. */
const keys: CompartmentKeys = {
  missing: [],
  seal: () => assert.fail("cards are short texts"),
  open: () => assert.fail("cards are short texts"),
  sealShort: (_compartment, _bound, text) => Buffer.from(`nonce${text}`),
  openShort: (_compartment, { bytes, places }) =>
    places.map(({ sealedAt, sealedBytes }) => bytes.toString("utf8", sealedAt + 5, sealedAt + sealedBytes)),
};

const observations: readonly JsonObject[] = [
  { effectiveDateTime: "1950-05", performer: [{ reference: "Patient/x" }, { reference: `Patient/${RANDOM}` }] },
  { effectivePeriod: { start: "2024-01-02" }, meta: { security: [LAB] } },
  { effectivePeriod: { end: "1969-01-02T03:04:05.678Z" }, valueDateTime: "2024-02-29T12:00:00+05:30" },
  { subject: { reference: `Patient/${RANDOM}` }, hasMember: [{ reference: "Observation/1" }, { display: "no text" }] },
  {},
].map((more) => ({ resourceType: "Observation", id: "o", ...more }));

/** A row as `packedBy` packs it. */
function pack(recordId: string, subjectId: string | undefined, card: Buffer): Buffer {
  const head = Buffer.alloc(56);
  head.write(recordId.replaceAll("-", ""), 0, "hex");
  head.writeInt32BE(7, 16);
  head.writeBigInt64BE(9n, 20);
  head.writeBigInt64BE(86_400_000_000n, 28);
  head.write((subjectId ?? "").replaceAll("-", ""), 36, "hex");
  head.writeInt32BE(card.length, 52);
  return Buffer.concat([head, card]);
}

async function sketchesOf(type: string, ...rows: readonly Buffer[]): Promise<readonly CardSketch[]> {
  const found = await openCards(() => keys, type, Buffer.concat(rows));
  return found.map((each) => (each instanceof CardSketch ? each : assert.fail("each row has a card")));
}

/** What literal references and dates are compared by, in no order. */
function told(values: readonly SearchValue[]): unknown[] {
  const texts = values.flatMap((value) => {
    if (value.kind === "date") return [`${value.from} to ${value.to}`];
    return value.kind === "reference" && value.reference !== undefined ? [value.reference] : [];
  });
  return texts.sort();
}

describe("A card", () => {
  for (const [recordId, subjectId] of [
    [RANDOM, RANDOM],
    [HASHED, HASHED],
    [HASHED, undefined],
  ] as const) {
    it(`tells what the resource tells, record ${recordId}, subject ${subjectId}`, async () => {
      for (const sample of [...SAMPLES, ...observations]) {
        const [type, id] = [sample["resourceType"] as string, recordId === RANDOM ? RANDOM : "chosen"];
        const resource = { ...sample, id };
        const card = sealCard(keys, { type, recordId, version: 7 }, subjectId, resource);
        // Among others of the same patient and of none.
        const rows = [pack(recordId, undefined, card), pack(recordId, subjectId, card), pack(HASHED, RANDOM, card)];
        const sketch = (await sketchesOf(type, ...rows))[1] as CardSketch;
        for (const name of namesOnCard(type)) {
          assert.deepEqual(told(sketch.valuesOf(name)), told(searchValuesOf(resource, name)), `${type}.${name}`);
        }
        const { version, sequence, labels } = sketch;
        assert.deepEqual([sketch.id, sketch.recordId, sketch.subjectId], [id, recordId, subjectId]);
        assert.deepEqual([version, sequence, sketch.lastUpdated.toISOString()], [7, 9n, "2000-01-02T00:00:00.000Z"]);
        assert.deepEqual(labels, labelsOf(resource));
      }
    });
  }

  it("is read in the form of one line too, in which versions have it that were written before", async () => {
    const line = [
      "chosen",
      ["urn:label|R"],
      ["Patient/a", "Patient/b"],
      ["subject", 0, "performer", 1, "performer", 0],
    ];
    const card = Buffer.from(
      `nonce${JSON.stringify([...line, ["date", null, 5, "date", 7, null, "value-date", -3, 9]])}`,
    );
    const [sketch] = await sketchesOf("Observation", pack(HASHED, RANDOM, card));
    assert.ok(sketch);
    assert.deepEqual([sketch.id, sketch.labels], ["chosen", ["urn:label|R"]]);
    assert.deepEqual(told(sketch.valuesOf("subject")), ["Patient/a"]);
    assert.deepEqual(told(sketch.valuesOf("performer")), ["Patient/a", "Patient/b"]);
    assert.deepEqual(told(sketch.valuesOf("date")), ["-Infinity to 5", "7 to Infinity"]);
    assert.deepEqual(told(sketch.valuesOf("value-date")), ["-3 to 9"]);
    assert.deepEqual(sketch.valuesOf("encounter"), []);
  });

  it("shows that the patient is meant, not who it is, where the record says it of the compartment's patient", () => {
    const resource = { resourceType: "Observation", id: RANDOM, subject: { reference: `Patient/${RANDOM}` } };
    const version = { type: "Observation", recordId: RANDOM, version: 1 };
    assert.ok(!sealCard(keys, version, RANDOM, resource).includes(RANDOM));
    assert.ok(sealCard(keys, version, HASHED, resource).includes(RANDOM));
  });
});
