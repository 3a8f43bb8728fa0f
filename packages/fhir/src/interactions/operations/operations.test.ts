import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import type { FhirAnswer } from "@ward/core";
import { checkResource } from "../../validation/check-resource.ts";
import type { JsonObject } from "../../json.ts";
import { clientOf } from "../../testing/client.ts";
import { anObservation, aPatient, bodyOf, CALLER, codeOf, startFixture, type Fixture } from "../../testing/fixture.ts";
import { OPERATIONS } from "./table.ts";

let f: Fixture;
before(async () => {
  f = await startFixture();
});
after(async () => await f.close());
beforeEach(() => {
  f.acts.length = 0;
});
const client = clientOf(() => f, CALLER);

interface Issue {
  readonly severity: string;
  readonly code: string;
  readonly expression?: readonly string[];
}
const issuesOf = (answer: FhirAnswer): readonly Issue[] => {
  assert.equal(answer.status, 200);
  assert.deepEqual(checkResource(bodyOf(answer)), []);
  return bodyOf(answer)["issue"] as unknown as readonly Issue[];
};
const parameters = (...parameter: JsonObject[]): JsonObject => ({ resourceType: "Parameters", parameter });

describe("$validate", () => {
  it("knows R4's own profile of the type, by its version too, and no other", async () => {
    const validate = (profile: string): Promise<FhirAnswer> =>
      client.post(
        "Patient/$validate",
        parameters({ name: "resource", resource: aPatient() }, { name: "profile", valueUri: profile }),
      );
    const own = "http://hl7.org/fhir/StructureDefinition/Patient";
    for (const profile of [own, `${own}|4.0.1`, `${own}|4.0`]) assert.equal((await validate(profile)).status, 200);
    for (const profile of [`${own}|3.0`, "http://hl7.org/fhir/StructureDefinition/Group"]) {
      assert.equal(await codeOf(validate(profile)), "unsupported");
    }
  });

  it("answers its verdict with the elements, by a resource alone and by Parameters, and stores nothing", async () => {
    assert.equal(issuesOf(await client.post("Patient/$validate", aPatient()))[0]?.severity, "information");
    const wrong = aPatient("1", { gender: "none", birthDate: "x" });
    for (const body of [
      wrong,
      parameters({ name: "resource", resource: wrong }, { name: "mode", valueCode: "create" }),
    ]) {
      const issues = issuesOf(await client.post("Patient/$validate", body));
      assert.deepEqual(
        issues.map(({ severity, code, expression }) => [severity, code, expression]),
        [
          ["error", "code-invalid", ["Patient.gender"]],
          ["error", "value", ["Patient.birthDate"]],
        ],
      );
    }
    assert.equal(issuesOf(await client.post("Observation/$validate", aPatient()))[0]?.severity, "error");
    assert.deepEqual(f.acts, []);
  });

  it("on an instance judges what is stored, or what would replace it", async () => {
    const { id } = await client.create(aPatient());
    f.acts.length = 0;
    assert.equal(issuesOf(await client.get(`Patient/${id}/$validate`))[0]?.severity, "information");
    assert.deepEqual(
      f.acts.map(({ act }) => act.action),
      ["fhir.read"],
    );
    const update = (resource: JsonObject) =>
      client.post(
        `Patient/${id}/$validate`,
        parameters({ name: "mode", valueCode: "update" }, { name: "resource", resource }),
      );
    assert.equal(issuesOf(await update({ ...aPatient(), id }))[0]?.severity, "information");
    assert.deepEqual(issuesOf(await update(aPatient()))[0]?.expression, ["Patient.id"]);
    const deletion = client.post(`Patient/${id}/$validate`, parameters({ name: "mode", valueCode: "delete" }));
    assert.equal(issuesOf(await deletion)[0]?.severity, "information");
    assert.equal(await codeOf(client.get("Patient/nobody/$validate")), "not-found");
  });

  it("refuses profiles it does not know, modes without an instance, and no resource", async () => {
    const profile = (valueUri: string) =>
      client.post(
        "Patient/$validate",
        parameters({ name: "resource", resource: aPatient() }, { name: "profile", valueUri }),
      );
    assert.equal((await profile("http://hl7.org/fhir/StructureDefinition/Patient")).status, 200);
    assert.equal(
      await codeOf(profile("http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient")),
      "unsupported",
    );
    for (const body of [
      parameters({ name: "mode", valueCode: "update" }, { name: "resource", resource: aPatient() }),
      parameters({ name: "mode", valueCode: "guess" }, { name: "resource", resource: aPatient() }),
      parameters(),
      parameters({ name: "surprise", valueString: "x" }, { name: "resource", resource: aPatient() }),
    ]) {
      assert.equal(await codeOf(client.post("Patient/$validate", body)), "invalid-request", JSON.stringify(body));
    }
  });
});

describe("$everything and $lastn", () => {
  it("answer by GET and by POST with Parameters", async () => {
    const { id } = await client.create(aPatient());
    await client.create(anObservation(`Patient/${id}`));
    const types = (answer: FhirAnswer): readonly string[] =>
      ((bodyOf(answer)["entry"] ?? []) as { resource: JsonObject }[])
        .map(({ resource }) => resource["resourceType"] as string)
        .toSorted();
    assert.deepEqual(types(await client.get(`Patient/${id}/$everything`)), ["Observation", "Patient"]);
    const some = client.post(`Patient/${id}/$everything`, parameters({ name: "_type", valueString: "Observation" }));
    assert.deepEqual(types(await some), ["Observation"]);
    assert.deepEqual(types(await client.get(`Observation/$lastn?subject=Patient/${id}&code=2345-7`)), ["Observation"]);
  });
});

describe("the table of operations", () => {
  it("refuses what is not in it, by name where the name is one, and at places where an operation is not", async () => {
    for (const path of [
      "$export",
      "Patient/$match",
      "Patient/1/$unknown",
      "Patient/$everything",
      "Group/1/$everything",
      "$validate",
    ]) {
      assert.equal(await codeOf(client.get(path)), "not-found", path);
    }
    assert.equal(await codeOf(client.put("Patient/$validate", aPatient())), "method-not-allowed");
    assert.equal(await codeOf(client.get("Patient/1/$validate/2")), "not-found");
  });

  it("names each operation once, with its definition", () => {
    assert.equal(new Set(OPERATIONS.map(({ name }) => name)).size, OPERATIONS.length);
    for (const { definition } of OPERATIONS)
      assert.match(definition, /^http:\/\/hl7\.org\/fhir\/OperationDefinition\//);
  });
});
