/**
 * Clients that others wrote, each against a whole node over HTTPS with a token of its own, by the calls that are
 * standard FHIR.
 */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { MedplumClient, type WithId } from "@medplum/core";
import { startNode, type WardNode } from "@ward/platform";
import { Client } from "fhir-kit-client";
import { APP } from "./fhir-conformance/server.ts";

type Bundle = Parameters<MedplumClient["executeBatch"]>[0];
type Resource = NonNullable<NonNullable<Bundle["entry"]>[number]["resource"]>;
type Patient = Extract<Resource, { readonly resourceType: "Patient" }>;

const MRN = "http://hospital.example/mrn";
const aPatient = (mrn: string): Patient => ({
  resourceType: "Patient",
  identifier: [{ system: MRN, value: mrn }],
  name: [{ family: "Okafor", given: ["Amara"] }],
  gender: "female",
  birthDate: "1980-05-01",
});
const transactionOf = (patient: Patient): Bundle => ({
  resourceType: "Bundle",
  type: "transaction",
  entry: [
    {
      fullUrl: "urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a",
      resource: patient,
      request: { method: "POST", url: "Patient" },
    },
    {
      resource: {
        resourceType: "Observation",
        status: "final",
        code: { coding: [{ system: "http://loinc.org", code: "8867-4" }] },
        subject: { reference: "urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a" },
      },
      request: { method: "POST", url: "Observation" },
    },
  ],
});

let node: WardNode;
let stateDir: string;
let baseUrl: string;
let token: string;

before(async () => {
  stateDir = await mkdtemp(join(tmpdir(), "ward-clients-"));
  node = await startNode({
    appDir: APP,
    stateDir,
    host: "127.0.0.1",
    httpsPort: 0,
    mllpPort: 0,
    mllpTls: true,
    development: true,
  });
  setDefaultCACertificates([...getCACertificates("default"), node.caPem]);
  baseUrl = `https://localhost:${node.httpsPort}/fhir/R4`;
  token = await node.state.issueToken({ kind: "person", id: "client-1", roles: ["tester"] }, "TREAT", 60);
});

after(async () => {
  await node.close();
  await rm(stateDir, { recursive: true, force: true });
});

/** fhir-kit-client answers any resource; what is in it is what is being tested. */
// oxlint-disable-next-line typescript/no-explicit-any -- the client's own type is no narrower than this
type Any = any;

describe("fhir-kit-client", () => {
  let client: Client;
  before(() => {
    client = new Client({ baseUrl, bearerToken: token });
  });
  const create = async (mrn: string): Promise<Any> =>
    await client.create({ resourceType: "Patient", body: aPatient(mrn) as Any });

  it("reads what the server can do", async () => {
    const statement: Any = await client.capabilityStatement();
    assert.equal(statement.resourceType, "CapabilityStatement");
    assert.equal(statement.fhirVersion, "4.0.1");
  });

  it("creates, reads, updates, reads versions and deletes", async () => {
    const created = await create("KIT-1");
    const { id } = created;
    assert.deepEqual(((await client.read({ resourceType: "Patient", id })) as Any).identifier, created.identifier);
    const updated: Any = await client.update({ resourceType: "Patient", id, body: { ...created, gender: "other" } });
    assert.equal(updated.meta.versionId, "2");
    assert.equal(((await client.vread({ resourceType: "Patient", id, version: "1" })) as Any).gender, "female");
    const history: Any = await client.resourceHistory({ resourceType: "Patient", id });
    assert.equal(history.entry.length, 2);
    await client.delete({ resourceType: "Patient", id });
    await assert.rejects(client.read({ resourceType: "Patient", id }), (error: Any) => error.response.status === 410);
  });

  it("patches", async () => {
    const { id } = await create("KIT-2");
    const patched: Any = await client.patch({
      resourceType: "Patient",
      id,
      jsonPatch: [{ op: "replace", path: "/gender", value: "male" }],
    });
    assert.equal(patched.gender, "male");
  });

  it("updates by criteria", async () => {
    await create("KIT-3");
    const body = { ...aPatient("KIT-3"), birthDate: "1990-01-01" } as Any;
    const updated: Any = await client.update({
      resourceType: "Patient",
      searchParams: { identifier: `${MRN}|KIT-3` },
      body,
    });
    assert.equal(updated.birthDate, "1990-01-01");
    assert.equal(updated.meta.versionId, "2");
  });

  it("searches page by page, forward and back", async () => {
    for (let at = 0; at < 5; at += 1) await create(`KIT-PAGE-${at}`);
    const identifier = Array.from({ length: 5 }, (_, at) => `${MRN}|KIT-PAGE-${at}`).join(",");
    let page: Any = await client.resourceSearch({ resourceType: "Patient", searchParams: { identifier, _count: 2 } });
    const found: string[] = [];
    for (; page !== undefined; page = await client.nextPage({ bundle: page })) {
      for (const { resource } of page.entry) found.push(resource.identifier[0].value);
    }
    assert.equal(new Set(found).size, 5);
    assert.equal(found.length, 5);
  });

  it("runs a transaction, a batch and an operation", async () => {
    const done: Any = await client.transaction({ body: transactionOf(aPatient("KIT-4")) as Any });
    assert.equal(done.type, "transaction-response");
    const [, id = ""] = /Patient\/([^/]+)/.exec(done.entry[0].response.location as string) ?? [];
    const batch: Any = await client.batch({
      body: {
        resourceType: "Bundle",
        type: "batch",
        entry: [{ request: { method: "GET", url: `Patient/${id}` } }],
      } as Any,
    });
    assert.equal(batch.entry[0].resource.id, id);
    const everything: Any = await client.operation({ name: "everything", resourceType: "Patient", id, method: "GET" });
    assert.equal(everything.entry.length, 2);
    const compartment: Any = await client.compartmentSearch({
      resourceType: "Observation",
      compartment: { resourceType: "Patient", id },
    });
    assert.equal(compartment.entry.length, 1);
  });

  it("resolves a reference", async () => {
    const { id } = await create("KIT-5");
    assert.equal(((await client.resolve({ reference: `Patient/${id}` })) as Any).id, id);
  });
});

/** Of fhirclient, what is used here: its own types would bring the browser's into the whole project. */
type Smart = (request: object, response: object) => { client(state: object): SmartClient };
interface SmartClient {
  getFhirRelease(): Promise<number>;
  create(resource: Any): Promise<Any>;
  update(resource: Any): Promise<Any>;
  patch(url: string, operations: readonly object[]): Promise<Any>;
  delete(url: string): Promise<Any>;
  request(url: string, options?: object): Promise<Any>;
}

describe("fhirclient (SMART)", () => {
  const require = createRequire(import.meta.url);
  const smart = require("fhirclient") as Smart;
  let client: SmartClient;
  before(() => {
    client = smart({}, {}).client({
      serverUrl: baseUrl,
      tokenResponse: { access_token: token, token_type: "bearer" },
    });
  });

  it("knows the server's version", async () => {
    assert.equal(await client.getFhirRelease(), 4);
  });

  it("creates, reads, updates, patches and deletes", async () => {
    const created = await client.create(aPatient("SMART-1"));
    const url = `Patient/${created.id}`;
    assert.equal((await client.request(url)).identifier[0].value, "SMART-1");
    const updated = await client.update({ ...created, gender: "other" });
    assert.equal(updated.meta.versionId, "2");
    const patched = await client.patch(url, [{ op: "replace", path: "/gender", value: "male" }]);
    assert.equal(patched.gender, "male");
    await client.delete(url);
    await assert.rejects(client.request(url), /410|Gone/);
  });

  it("follows every page, and resolves references", async () => {
    const { id } = await client.create(aPatient("SMART-2"));
    const observation = {
      resourceType: "Observation",
      status: "final",
      code: { text: "x" },
      subject: { reference: `Patient/${id}` },
    };
    for (let at = 0; at < 5; at += 1) await client.create(observation);
    const flat = await client.request(`Observation?subject=Patient/${id}&_count=2`, { pageLimit: 0, flat: true });
    assert.equal(flat.length, 5);
    const resolved = await client.request(`Observation?subject=Patient/${id}&_count=1`, {
      resolveReferences: "subject",
      pageLimit: 1,
      flat: true,
    });
    assert.equal(resolved[0].subject.identifier[0].value, "SMART-2");
  });

  it("says what the server says where it refuses", async () => {
    await assert.rejects(client.create({ ...aPatient("SMART-3"), gender: "zzz" }), /422|400/);
  });
});

describe("MedplumClient", () => {
  let client: MedplumClient;
  before(() => {
    client = new MedplumClient({
      baseUrl: `https://localhost:${node.httpsPort}/`,
      fhirUrlPath: "fhir/R4/",
      accessToken: token,
      fetch,
      cacheTime: 0,
    });
  });

  it("creates, reads, updates, patches, reads history and versions, and deletes", async () => {
    const created: WithId<Patient> = await client.createResource(aPatient("MED-1"));
    const { id } = created;
    assert.equal((await client.readResource("Patient", id)).birthDate, "1980-05-01");
    const updated = await client.updateResource({ ...created, gender: "other" });
    assert.equal(updated.meta?.versionId, "2");
    const patched = await client.patchResource("Patient", id, [{ op: "replace", path: "/gender", value: "male" }]);
    assert.equal(patched.gender, "male");
    assert.equal((await client.readHistory("Patient", id)).entry?.length, 3);
    assert.equal((await client.readVersion("Patient", id, "1")).gender, "female");
    await client.deleteResource("Patient", id);
    await assert.rejects(client.readResource("Patient", id));
  });

  it("creates where there is none yet, and updates or creates by criteria", async () => {
    const query = `identifier=${MRN}|MED-2`;
    const first = await client.createResourceIfNoneExist(aPatient("MED-2"), query);
    const second = await client.createResourceIfNoneExist(aPatient("MED-2"), query);
    assert.equal(second.id, first.id);
    const changed = await client.upsertResource(
      { ...aPatient("MED-2"), gender: "other" },
      { identifier: `${MRN}|MED-2` },
    );
    assert.equal(changed.id, first.id);
    assert.equal(changed.gender, "other");
    const made = await client.upsertResource(aPatient("MED-3"), { identifier: `${MRN}|MED-3` });
    assert.notEqual(made.id, first.id);
  });

  it("searches: bundles, lists, one, and pages", async () => {
    for (let at = 0; at < 5; at += 1) await client.createResource(aPatient(`MED-PAGE-${at}`));
    const identifier = Array.from({ length: 5 }, (_, at) => `${MRN}|MED-PAGE-${at}`).join(",");
    assert.equal((await client.search("Patient", { identifier, _total: "accurate" })).total, 5);
    assert.equal(
      (await client.searchOne("Patient", { identifier: `${MRN}|MED-PAGE-3` }))?.identifier?.[0]?.value,
      "MED-PAGE-3",
    );
    const found = new Set<string>();
    for await (const page of client.searchResourcePages("Patient", { identifier, _count: 2 })) {
      for (const { id } of page) found.add(id);
    }
    assert.equal(found.size, 5);
  });

  it("runs transactions and batches, validates, and reads everything of a patient", async () => {
    const done = await client.executeBatch(transactionOf(aPatient("MED-4")));
    assert.equal(done.type, "transaction-response");
    const [, id = ""] = /Patient\/([^/]+)/.exec(done.entry?.[0]?.response?.location ?? "") ?? [];
    assert.equal((await client.readPatientEverything(id)).entry?.length, 2);
    const outcome = await client.validateResource(aPatient("MED-5"));
    assert.equal(outcome.resourceType, "OperationOutcome");
  });

  it("tells not found, gone and refused apart", async () => {
    await assert.rejects(
      client.readResource("Patient", "nobody"),
      (error: Any) => error.outcome.issue[0].code === "not-found",
    );
    await assert.rejects(
      client.createResource({ ...aPatient("MED-6"), gender: "zzz" as never }),
      (error: Any) => error.outcome.issue[0].expression?.[0] === "Patient.gender",
    );
  });
});
