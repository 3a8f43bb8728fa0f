import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { WardError } from "@ward/core";
import { parseFhirJson, writeJson, type JsonObject } from "../../json.ts";
import { checkResource } from "../../validation/check-resource.ts";
import { applyPatch, parseEntryPatch, parsePatch } from "./parse-patch.ts";

const PATIENT = (): JsonObject => ({
  resourceType: "Patient",
  id: "p1",
  meta: { versionId: "3" },
  identifier: [
    { system: "urn:a", value: "1" },
    { system: "urn:b", value: "2" },
  ],
  name: [{ use: "official", family: "Okafor", given: ["Amara", "Ada"] }],
  birthDate: "1980-05-01",
});

function json(operations: unknown, resource = PATIENT()): JsonObject {
  return applyPatch(parsePatch(JSON.stringify(operations), "application/json-patch+json"), resource);
}

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof WardError) return thrown.code;
    throw thrown;
  }
  return "none";
}

describe("JSON Patch", () => {
  it("adds, removes, replaces, moves, copies and tests", () => {
    const patched = json([
      { op: "test", path: "/birthDate", value: "1980-05-01" },
      { op: "replace", path: "/birthDate", value: "1981-06-02" },
      { op: "add", path: "/name/0/given/-", value: "Ngozi" },
      { op: "add", path: "/name/0/given/0", value: "Chi" },
      { op: "remove", path: "/identifier/0" },
      { op: "add", path: "/active", value: true },
      { op: "copy", from: "/identifier/0", path: "/identifier/-" },
      { op: "move", from: "/name/0/family", path: "/name/0/text" },
    ]);
    assert.deepEqual(patched["name"], [{ use: "official", given: ["Chi", "Amara", "Ada", "Ngozi"], text: "Okafor" }]);
    assert.deepEqual(patched["identifier"], [
      { system: "urn:b", value: "2" },
      { system: "urn:b", value: "2" },
    ]);
    assert.deepEqual([patched["active"], patched["birthDate"]], [true, "1981-06-02"]);
  });

  it("changes nothing of the resource it was given", () => {
    const resource = PATIENT();
    json([{ op: "replace", path: "/name/0/family", value: "Else" }], resource);
    assert.deepEqual(resource, PATIENT());
  });

  it("fails where an operation does not apply or a test is not met", () => {
    for (const operation of [
      { op: "test", path: "/birthDate", value: "1980" },
      { op: "test", path: "/gender", value: null },
      { op: "remove", path: "/gender" },
      { op: "replace", path: "/gender", value: "female" },
      { op: "replace", path: "/identifier/2", value: {} },
      { op: "replace", path: "/identifier/-", value: {} },
      { op: "add", path: "/identifier/3", value: {} },
      { op: "add", path: "/identifier/01", value: {} },
      { op: "add", path: "/identifier/1x", value: {} },
      { op: "add", path: "/contact/0", value: {} },
      { op: "add", path: "/birthDate/0", value: {} },
      { op: "move", from: "/name", path: "/name/0/x" },
      { op: "copy", from: "/nothing", path: "/active" },
    ]) {
      assert.equal(
        codeOf(() => json([operation])),
        "patch-failed",
        JSON.stringify(operation),
      );
    }
  });

  it("refuses what is no patch", () => {
    for (const patch of [
      {},
      "x",
      [{}],
      [{ op: "add", path: "/a" }],
      [{ op: "merge", path: "/a", value: 1 }],
      [{ op: "add", path: "a", value: 1 }],
      [{ op: "add", path: "/a~2", value: 1 }],
      [{ op: "add", path: "/__proto__/polluted", value: 1 }],
      [{ op: "add", path: "/constructor/prototype/polluted", value: 1 }],
      [{ op: "move", path: "/a" }],
      [null],
    ]) {
      assert.equal(
        codeOf(() => json(patch)),
        "invalid-request",
        JSON.stringify(patch),
      );
    }
    assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
  });

  it("never makes another resource of it", () => {
    for (const operations of [
      [{ op: "replace", path: "/id", value: "p2" }],
      [{ op: "remove", path: "/id" }],
      [{ op: "replace", path: "/resourceType", value: "Person" }],
      [{ op: "replace", path: "", value: { resourceType: "Patient", id: "p2" } }],
      [{ op: "replace", path: "", value: [] }],
    ]) {
      assert.equal(
        codeOf(() => json(operations)),
        "invalid-request",
        JSON.stringify(operations),
      );
    }
  });

  it("keeps the text of decimals, wherever they come from and go to", () => {
    const text =
      '{"resourceType":"Observation","id":"o","valueQuantity":{"value":1.00},"component":[{"valueQuantity":{"value":5.0}}]}';
    const patch = parsePatch(
      '[{"op":"test","path":"/valueQuantity/value","value":1},{"op":"add","path":"/component/0/valueQuantity/value","value":2.50},' +
        '{"op":"add","path":"/component/-","value":{"valueQuantity":{"value":3.10}}},{"op":"copy","from":"/component/1","path":"/component/-"}]',
      "application/json-patch+json",
    );
    assert.equal(
      writeJson(applyPatch(patch, parseFhirJson(text) as JsonObject)),
      '{"resourceType":"Observation","id":"o","valueQuantity":{"value":1.00},"component":[{"valueQuantity":{"value":2.50}},' +
        '{"valueQuantity":{"value":3.10}},{"valueQuantity":{"value":3.10}}]}',
    );
  });

  it("is bounded, also where copies of copies grow", () => {
    const operations = Array.from({ length: 60 }, () => ({ op: "copy", from: "/name", path: "/name/0/given/-" }));
    assert.equal(
      codeOf(() => json(operations)),
      "too-large",
    );
    assert.equal(
      codeOf(() => json(Array(1_001).fill({ op: "test", path: "", value: 1 }))),
      "too-large",
    );
  });

  it("comes in a transaction as a Binary", () => {
    const data = Buffer.from('[{"op":"remove","path":"/birthDate"}]').toString("base64");
    const binary = { resourceType: "Binary", contentType: "application/json-patch+json", data };
    assert.equal(applyPatch(parseEntryPatch(binary), PATIENT())["birthDate"], undefined);
    assert.equal(
      codeOf(() => parseEntryPatch({ ...binary, contentType: "application/xml-patch+xml" })),
      "unsupported-media-type",
    );
  });
});

const operation = (parts: Record<string, JsonObject>): JsonObject => ({
  name: "operation",
  part: Object.entries(parts).map(([name, value]) => ({ name, ...value })),
});
const code = (valueCode: string): JsonObject => ({ valueCode });
const string = (valueString: string): JsonObject => ({ valueString });

function fhirpath(resource: JsonObject, ...operations: JsonObject[]): JsonObject {
  return applyPatch(
    parsePatch({ resourceType: "Parameters", parameter: operations }, "application/fhir+json"),
    resource,
  );
}

describe("FHIRPath Patch", () => {
  it("finds its place by conditions over what an element holds", () => {
    const telecom = [
      { system: "phone", value: "+1 555", rank: 1 },
      { system: "phone", value: "+2 555", rank: 2, period: { start: "2020" } },
      { system: "email", value: "a@b.example" },
    ];
    const left = (condition: string): unknown => {
      const operationOf = operation({ type: code("delete"), path: string(`Patient.telecom.${condition}`) });
      const { telecom: rest } = fhirpath({ ...PATIENT(), telecom }, operationOf);
      return (rest as JsonObject[]).map((each) => telecom.findIndex(({ value }) => value === each["value"]));
    };
    for (const condition of [
      "where(value.startsWith('+2'))",
      "where(value.endsWith('555') and rank > 1)",
      "where(rank >= 2)",
      "where(value.contains('2'))",
      "where(period.exists())",
      "where(period.exists(start = '2020'))",
      "where(period.empty().not())",
      "where((system = 'email' or rank < 2).not())",
      "where(period)",
      "where($index = 1)",
      "where(value.length() = 6 and rank in (2 | 3))",
      "where(period.count() = 1)",
      "where(system.upper() = 'PHONE' xor rank = 1)",
      "where((system = 'phone' implies rank = 2) and rank.exists())",
      "skip(1).first()",
      "tail().take(1)",
    ]) {
      assert.deepEqual(left(condition), [0, 2], condition);
    }
    assert.deepEqual(left("where(rank.empty())"), [0, 1]);
    // Of nothing nothing is true: not even that it differs.
    assert.deepEqual(left("where(rank != 1)"), [0, 2]);
    for (const condition of [
      "where(value.matches('.*'))",
      "where(value.startsWith('a').exists())",
      "where(rank <)",
      "where(rank.count())",
      "where(%resource.active)",
    ]) {
      assert.match(
        codeOf(() => left(condition)),
        /^(?:unsupported|invalid-request)$/,
        condition,
      );
    }
  });

  it("takes a choice by its type, however that is written", () => {
    const resource = { resourceType: "Observation", id: "o", status: "final", code: { text: "x" }, valueString: "a" };
    const replace = (path: string): JsonObject =>
      fhirpath(resource, operation({ type: code("replace"), path: string(path), value: string("b") }));
    for (const path of [
      "Observation.value",
      "Observation.value.ofType(string)",
      "Observation.value.as(string)",
      "(Observation.value as string)",
      "((Observation.value) as string)",
    ]) {
      assert.equal(replace(path)["valueString"], "b", path);
    }
    assert.equal(
      codeOf(() => replace("(Observation.value as Quantity)")),
      "patch-failed",
    );
    for (const path of ["(Observation.value", "(Observation.value as )", "Observation.(value)", "()"]) {
      assert.equal(
        codeOf(() => replace(path)),
        "invalid-request",
        path,
      );
    }
    const deep = `${"(".repeat(100)}Observation.value${")".repeat(100)}`;
    assert.equal(
      codeOf(() => replace(deep)),
      "too-large",
    );
  });

  it("without operations changes nothing", () => {
    for (const patch of [{ resourceType: "Parameters" }, { resourceType: "Parameters", parameter: [] }]) {
      assert.deepEqual(applyPatch(parsePatch(patch, "application/fhir+json"), PATIENT()), PATIENT());
    }
  });

  it("takes an element in parts, with its choices by the types that the parts have", () => {
    const add = (path: string, name: string, ...part: JsonObject[]): JsonObject =>
      operation({ type: code("add"), path: string(path), name: string(name), value: { part } });
    const url = { name: "url", valueUri: "http://x.example/e" };
    const patched = fhirpath(
      PATIENT(),
      add("Patient", "extension", url, { name: "value", valueDecimal: 1.5 }),
      add("Patient", "identifier", { name: "system", valueUri: "urn:c" }, { name: "value", valueString: "3" }),
    );
    assert.deepEqual(patched["extension"], [{ url: url.valueUri, valueDecimal: 1.5 }]);
    assert.deepEqual((patched["identifier"] as JsonObject[]).at(-1), { system: "urn:c", value: "3" });
    const nested = fhirpath(
      PATIENT(),
      add("Patient", "extension", url, { name: "extension", part: [url, { name: "value", valueInteger: 1 }] }),
      add("Patient", "name", { name: "given", valueString: "A" }, { name: "given", valueString: "B" }),
      add(
        "Patient",
        "contact",
        { name: "name", valueHumanName: { text: "x" } },
        { name: "telecom", valueContactPoint: {} },
      ),
    );
    const { extension, name, contact } = nested as Record<string, JsonObject[]>;
    assert.deepEqual(extension, [{ url: url.valueUri, extension: [{ url: url.valueUri, valueInteger: 1 }] }]);
    assert.deepEqual(name?.at(-1), { given: ["A", "B"] });
    assert.deepEqual(contact, [{ name: { text: "x" }, telecom: [{}] }]);
    const component = fhirpath(
      {
        resourceType: "Observation",
        id: "o",
        status: "final",
        code: { text: "x" },
        component: [{ code: { text: "a" } }],
      },
      operation({
        type: code("insert"),
        path: string("Observation.component"),
        index: { valueInteger: 0 },
        value: {
          part: [
            { name: "code", valueCodeableConcept: { text: "b" } },
            { name: "value", valueString: "c" },
          ],
        },
      }),
    )["component"];
    assert.deepEqual(component, [{ code: { text: "b" }, valueString: "c" }, { code: { text: "a" } }]);
    const parts = Array.from({ length: 501 }, () => ({ name: "given", valueString: "A" }));
    assert.equal(
      codeOf(() => fhirpath(PATIENT(), add("Patient", "name", ...parts))),
      "too-large",
    );
  });

  it("reaches what stands beside a primitive's value", () => {
    const url = "http://x.example/e";
    const valueExtension = { url, valueString: "a" };
    const on = (path: string): JsonObject =>
      operation({ type: code("add"), path: string(path), name: string("extension"), value: { valueExtension } });
    const patched = fhirpath(PATIENT(), on("Patient.birthDate"), on("Patient.name[0].given[1]"));
    assert.deepEqual(patched["_birthDate"], { extension: [valueExtension] });
    assert.deepEqual((patched["name"] as JsonObject[])[0]?.["_given"], [null, { extension: [valueExtension] }]);
    const replaced = fhirpath(
      patched,
      operation({
        type: code("replace"),
        path: string(`Patient.birthDate.extension('${url}').value`),
        value: { valueString: "b" },
      }),
      operation({ type: code("delete"), path: string("Patient.name[0].given[1].extension") }),
    );
    assert.deepEqual(replaced["_birthDate"], { extension: [{ url, valueString: "b" }] });
    assert.equal(
      codeOf(() => fhirpath(PATIENT(), on("Patient.deceased"))),
      "patch-failed",
    );
  });

  it("leaves nothing of what lost all of its content", () => {
    const remove = (path: string): JsonObject => operation({ type: code("delete"), path: string(path) });
    const extension = [{ url: "http://x.example/e", valueCode: "a" }];
    const resource = {
      ...PATIENT(),
      birthDate: "1980-01-01",
      _birthDate: { extension },
      maritalStatus: { text: "m" },
      contact: [{ name: { text: "a" } }, { name: { text: "b" } }],
      name: [{ given: ["x", "y"], _given: [null, { extension }] }],
    };
    const patched = fhirpath(
      resource,
      remove("Patient.birthDate.extension[0]"),
      remove("%resource.maritalStatus.text"),
      remove("Patient.contact[0].name.text"),
      remove("Patient.name[0].given[1].extension[0]"),
    );
    assert.deepEqual(
      [patched["birthDate"], patched["_birthDate"], patched["maritalStatus"]],
      ["1980-01-01", undefined, undefined],
    );
    assert.deepEqual(patched["contact"], [{ name: { text: "b" } }]);
    assert.deepEqual(patched["name"], [{ given: ["x", "y"] }]);
  });

  it("adds an element by its R4 name, as a list where R4 has one, with its type where it is a choice", () => {
    const patched = fhirpath(
      PATIENT(),
      operation({ type: code("add"), path: string("Patient"), name: string("gender"), value: { valueCode: "female" } }),
      operation({
        type: code("add"),
        path: string("Patient"),
        name: string("deceased"),
        value: { valueDateTime: "2020-01-01" },
      }),
      operation({
        type: code("add"),
        path: string("Patient"),
        name: string("contact"),
        value: { part: [{ name: "name", valueHumanName: { text: "a name" } }] },
      }),
      operation({
        type: code("add"),
        path: string("Patient.contact[0]"),
        name: string("gender"),
        value: { valueCode: "male" },
      }),
      operation({
        type: code("add"),
        path: string("Patient"),
        name: string("identifier"),
        value: { valueIdentifier: { value: "3" } },
      }),
    );
    assert.deepEqual(
      [patched["gender"], patched["deceasedDateTime"], patched["contact"]],
      ["female", "2020-01-01", [{ name: { text: "a name" }, gender: "male" }]],
    );
    assert.equal((patched["identifier"] as JsonObject[]).length, 3);
    assert.deepEqual(checkResource(patched), []);
  });

  it("inserts, moves, replaces and deletes by place and by condition", () => {
    const patched = fhirpath(
      PATIENT(),
      operation({
        type: code("insert"),
        path: string("Patient.identifier"),
        index: { valueInteger: 1 },
        value: { valueIdentifier: { value: "between" } },
      }),
      operation({
        type: code("move"),
        path: string("Patient.identifier"),
        source: { valueInteger: 2 },
        destination: { valueInteger: 0 },
      }),
      operation({
        type: code("replace"),
        path: string("Patient.identifier.where(system = 'urn:a' and value = '1').value"),
        value: { valueString: "changed" },
      }),
      operation({ type: code("delete"), path: string("Patient.name.where(use='official').given[0]") }),
      operation({ type: code("delete"), path: string("Patient.birthDate") }),
      operation({ type: code("delete"), path: string("Patient.maritalStatus") }),
    );
    assert.deepEqual(patched["identifier"], [
      { system: "urn:b", value: "2" },
      { system: "urn:a", value: "changed" },
      { value: "between" },
    ]);
    assert.deepEqual(patched["name"], [{ use: "official", family: "Okafor", given: ["Ada"] }]);
    assert.equal("birthDate" in patched, false);
  });

  it("finds extensions, choices and ends of lists", () => {
    const observation: JsonObject = {
      resourceType: "Observation",
      id: "o1",
      status: "final",
      code: { text: "x" },
      extension: [{ url: "http://x.example/e", valueString: "a" }],
      valueQuantity: { value: 1 },
      note: [{ text: "one" }, { text: "two" }],
    };
    const patched = fhirpath(
      observation,
      operation({
        type: code("replace"),
        path: string("Observation.extension('http://x.example/e').value"),
        value: { valueBoolean: true },
      }),
      operation({
        type: code("replace"),
        path: string("Observation.value.ofType(Quantity).value"),
        value: { valueDecimal: 2.5 },
      }),
      operation({ type: code("replace"), path: string("Observation.note.last().text"), value: { valueMarkdown: "2" } }),
    );
    assert.deepEqual(patched["extension"], [{ url: "http://x.example/e", valueBoolean: true }]);
    assert.deepEqual(patched["valueQuantity"], { value: 2.5 });
    assert.deepEqual(patched["note"], [{ text: "one" }, { text: "2" }]);
    assert.deepEqual(checkResource(patched), []);
  });

  it("fails where a path names no place, or several", () => {
    for (const parts of [
      { type: code("replace"), path: string("Patient.gender"), value: { valueCode: "male" } },
      { type: code("replace"), path: string("Patient.identifier.value"), value: { valueString: "x" } },
      { type: code("delete"), path: string("Patient.identifier") },
      { type: code("add"), path: string("Patient.contact"), name: string("gender"), value: { valueCode: "male" } },
      { type: code("add"), path: string("Patient"), name: string("birthDate"), value: { valueDate: "2000-01-01" } },
      {
        type: code("insert"),
        path: string("Patient.identifier"),
        index: { valueInteger: 3 },
        value: { valueString: "x" },
      },
      {
        type: code("move"),
        path: string("Patient.identifier"),
        source: { valueInteger: 2 },
        destination: { valueInteger: 0 },
      },
      { type: code("replace"), path: string("Patient"), value: { valueString: "x" } },
      { type: code("delete"), path: string("Patient") },
    ]) {
      assert.equal(
        codeOf(() => fhirpath(PATIENT(), operation(parts))),
        "patch-failed",
        JSON.stringify(parts),
      );
    }
  });

  it("refuses another id, and expressions that name no place", () => {
    const replace = (path: string) => () =>
      fhirpath(PATIENT(), operation({ type: code("replace"), path: string(path), value: { valueString: "p2" } }));
    assert.equal(codeOf(replace("Patient.id")), "invalid-request");
    assert.equal(codeOf(replace("Patient.resourceType")), "invalid-request");
    assert.equal(codeOf(replace("Patient.name.select(family)")), "unsupported");
    assert.equal(codeOf(replace("Patient.name.resolve()")), "unsupported");
    assert.equal(codeOf(replace("Patient.name[")), "invalid-request");
    assert.equal(codeOf(replace("Patient.name;drop")), "invalid-request");
    assert.equal(
      codeOf(() => parsePatch({ resourceType: "Patient" }, undefined)),
      "invalid-request",
    );
    assert.equal(
      codeOf(() => fhirpath(PATIENT(), operation({ type: code("merge"), path: string("Patient") }))),
      "invalid-request",
    );
  });
});
