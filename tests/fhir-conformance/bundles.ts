/** Batch and transaction (https://hl7.org/fhir/R4/http.html#transaction): order, references, all or nothing. */
import assert from "node:assert/strict";
import { expectOutcome, type Case, type CaseGroup } from "./case.ts";
import { patient } from "./rest.ts";
import type { Answer, FhirServer, Json } from "./server.ts";

const A = "urn:uuid:11111111-1111-4111-8111-111111111111";
const B = "urn:uuid:22222222-2222-4222-8222-222222222222";
let count = 0;
const fresh = (): string => `TX-${(count += 1)}`;

export const TRANSACTION: CaseGroup = {
  title: "Transaction",
  cases: [
    made(
      "tx-response",
      "transaction",
      "two `POST`s",
      "answers `transaction-response` with status, location, etag and lastModified of each, in the order sent",
      async (server) => {
        const { body } = ok(
          await send(server, [post(patient(), A), post({ resourceType: "Device", status: "active" }, B)]),
        );
        assert.equal(body.type, "transaction-response");
        assert.equal(body.entry.length, 2);
        assert.match(body.entry[0].response.location, /Patient\/[^/]+\/_history\/1$/);
        assert.match(body.entry[1].response.location, /Device\/[^/]+\/_history\/1$/);
        for (const { response } of body.entry) {
          assert.match(response.status, /^201/);
          assert.equal(response.etag, 'W/"1"');
          assert.ok(!Number.isNaN(Date.parse(response.lastModified as string)));
        }
      },
    ),
    made(
      "tx-references",
      "`urn:uuid` references",
      "an Observation before the Patient it refers to",
      "refers to the assigned id",
      async (server) => {
        const { body } = ok(await send(server, [post(observation(A)), post(patient(), A)]));
        const reference = (await read(server, body, 0)).body.subject.reference as string;
        assert.equal(reference, placeOf(body, 1));
      },
    ),
    made(
      "tx-references-cycle",
      "`urn:uuid` references, in a circle",
      "two Patients that link each other",
      "refer to each other's ids",
      async (server) => {
        const link = (target: string): Json => patient({ link: [{ other: { reference: target }, type: "seealso" }] });
        const { body } = ok(await send(server, [post(link(B), A), post(link(A), B)]));
        assert.equal((await read(server, body, 0)).body.link[0].other.reference, placeOf(body, 1));
        assert.equal((await read(server, body, 1)).body.link[0].other.reference, placeOf(body, 0));
      },
    ),
    made(
      "tx-references-extension",
      "`urn:uuid` in an extension",
      "`valueReference` and `valueUri` in an extension",
      "are resolved",
      async (server) => {
        const extension = [
          { url: "http://x.example/r", valueReference: { reference: B } },
          { url: "http://x.example/u", valueUri: B },
        ];
        const { body } = ok(await send(server, [post(patient({ extension })), post(patient(), B)]));
        const stored = (await read(server, body, 0)).body.extension;
        assert.equal(stored[0].valueReference.reference, placeOf(body, 1));
        assert.match(stored[1].valueUri, new RegExp(`${placeOf(body, 1)}$`));
      },
    ),
    made(
      "tx-references-narrative",
      "`urn:uuid` in narrative",
      "`<a href>` and `<img src>` in `text.div`",
      "are resolved",
      async (server) => {
        const div = `<div xmlns="http://www.w3.org/1999/xhtml"><a href="${B}">see</a></div>`;
        const { body } = ok(
          await send(server, [post(patient({ text: { status: "generated", div } })), post(patient(), B)]),
        );
        assert.match(
          (await read(server, body, 0)).body.text.div,
          new RegExp(`href="(${server.baseUrl}/)?${placeOf(body, 1)}"`),
        );
      },
    ),
    made(
      "tx-reference-version",
      "references to full URLs",
      "`fullUrl: http://example.org/fhir/Patient/7` and a reference to it, and a relative one",
      "are resolved",
      async (server) => {
        const url = "http://example.org/fhir/Patient/7";
        const { body } = ok(await send(server, [post(patient(), url), post(observation(url))]));
        assert.equal((await read(server, body, 1)).body.subject.reference, placeOf(body, 0));
      },
    ),
    made(
      "tx-reference-source",
      "references by the id that a resource without `fullUrl` had",
      "a Patient with an id and no `fullUrl`, and a reference to `Patient/<that id>`",
      "are resolved",
      async (server) => {
        const { body } = ok(await send(server, [post({ ...patient(), id: "src" }), post(observation("Patient/src"))]));
        assert.equal((await read(server, body, 1)).body.subject.reference, placeOf(body, 0));
      },
    ),
    made(
      "tx-dangling",
      "`urn:uuid` reference without an entry",
      "an Observation of a `urn:uuid` that is not there",
      "is refused; nothing is stored",
      async (server) => {
        const mrn = fresh();
        expectOutcome(await send(server, [post(patient(identified(mrn)), A), post(observation(B))]), [400, 412, 422]);
        assert.equal(await countOf(server, mrn), 0);
      },
    ),
    made(
      "tx-conditional-reference",
      "conditional reference",
      "`subject: Patient?identifier=…` with one match, with none and with two",
      "is resolved; refused; refused",
      async (server) => {
        const mrn = fresh();
        const { id } = (await server.send("Patient", { method: "POST", body: patient(identified(mrn)) })).body;
        const reference = `Patient?identifier=urn:mrn|${mrn}`;
        const { body } = ok(await send(server, [post(observation(reference))]));
        assert.equal((await read(server, body, 0)).body.subject.reference, `Patient/${id}`);
        expectOutcome(
          await send(server, [post(observation(`Patient?identifier=urn:mrn|${fresh()}`))]),
          [400, 404, 412, 422],
        );
        await server.send("Patient", { method: "POST", body: patient(identified(mrn)) });
        expectOutcome(await send(server, [post(observation(reference))]), [400, 412, 422]);
      },
    ),
    made(
      "tx-atomic",
      "all or nothing",
      "a valid Patient and an invalid one",
      "is refused with the entry's path; nothing is stored",
      async (server) => {
        const mrn = fresh();
        const answer = await send(server, [post(patient(identified(mrn))), post(patient({ gender: "zzz" }))]);
        expectOutcome(answer, [400, 422]);
        assert.match(answer.text, /Bundle\.entry\[1\]\.resource/);
        assert.equal(await countOf(server, mrn), 0);
      },
    ),
    made(
      "tx-atomic-late",
      "all or nothing",
      "a valid Patient and a `PUT` with a stale `ifMatch`",
      "is refused with 412; nothing is stored",
      async (server) => {
        const mrn = fresh();
        const { id } = (await server.send("Patient", { method: "POST", body: patient() })).body;
        const stale = { resource: patient({ id }), request: { method: "PUT", url: `Patient/${id}`, ifMatch: 'W/"7"' } };
        expectOutcome(await send(server, [post(patient(identified(mrn))), stale]), [409, 412]);
        assert.equal(await countOf(server, mrn), 0);
        assert.equal((await server.get(`Patient/${id}`)).body.meta.versionId, "1");
      },
    ),
    made(
      "tx-order",
      "order of entries",
      "`GET`, `PUT`, `POST` and `DELETE` in this order in the Bundle",
      "are done as DELETE, POST, PUT, GET and answered as sent",
      async (server) => {
        const mrn = fresh();
        const { id: gone } = (await server.send("Patient", { method: "POST", body: patient(identified(mrn)) })).body;
        const { id: kept } = (await server.send("Patient", { method: "POST", body: patient() })).body;
        const { body } = ok(
          await send(server, [
            { request: { method: "GET", url: `Patient/${kept}` } },
            { resource: patient({ id: kept, gender: "other" }), request: { method: "PUT", url: `Patient/${kept}` } },
            {
              resource: patient(identified(mrn)),
              request: { method: "POST", url: "Patient", ifNoneExist: `identifier=urn:mrn|${mrn}` },
            },
            { request: { method: "DELETE", url: `Patient/${gone}` } },
          ]),
        );
        assert.deepEqual(
          body.entry.map(({ response }: { response: { status: string } }) => response.status.slice(0, 3)),
          ["200", "200", "201", "204"],
        );
        assert.equal(body.entry[0].resource.gender, "other", "reads see what the transaction wrote");
      },
    ),
    made(
      "tx-search",
      "search in a transaction",
      "`GET Patient?identifier=…` beside the `POST` of it",
      "finds it",
      async (server) => {
        const mrn = fresh();
        const { body } = ok(
          await send(server, [
            { request: { method: "GET", url: `Patient?identifier=urn:mrn|${mrn}` } },
            post(patient(identified(mrn))),
          ]),
        );
        assert.equal(body.entry[0].resource.type, "searchset");
        assert.equal(body.entry[0].resource.total, 1);
      },
    ),
    made(
      "tx-conditional-create",
      "conditional create in a transaction",
      "`ifNoneExist` with a match",
      "answers 200 and the match's location; references follow it",
      async (server) => {
        const mrn = fresh();
        const { id } = (await server.send("Patient", { method: "POST", body: patient(identified(mrn)) })).body;
        const entry = {
          fullUrl: A,
          resource: patient(identified(mrn)),
          request: { method: "POST", url: "Patient", ifNoneExist: `identifier=urn:mrn|${mrn}` },
        };
        const { body } = ok(await send(server, [entry, post(observation(A))]));
        assert.match(body.entry[0].response.status, /^200/);
        assert.equal((await read(server, body, 1)).body.subject.reference, `Patient/${id}`);
      },
    ),
    made(
      "tx-conditional-update",
      "conditional update and delete in a transaction",
      "`PUT` and `DELETE` with criteria",
      "act on the matches",
      async (server) => {
        const [changed, gone] = [fresh(), fresh()];
        for (const mrn of [changed, gone])
          await server.send("Patient", { method: "POST", body: patient(identified(mrn)) });
        ok(
          await send(server, [
            {
              resource: patient({ ...identified(changed), gender: "other" }),
              request: { method: "PUT", url: `Patient?identifier=urn:mrn|${changed}` },
            },
            { request: { method: "DELETE", url: `Patient?identifier=urn:mrn|${gone}` } },
          ]),
        );
        assert.equal(
          (await server.get(`Patient?identifier=urn:mrn%7C${changed}`)).body.entry[0].resource.gender,
          "other",
        );
        assert.equal(await countOf(server, gone), 0);
      },
    ),
    made(
      "tx-update-creates",
      "update as create in a transaction",
      "`PUT Patient/<unused>` and a reference to it",
      "creates it",
      async (server) => {
        const id = `client-${fresh()}`;
        const { body } = ok(
          await send(server, [
            { resource: patient({ id }), request: { method: "PUT", url: `Patient/${id}` } },
            post(observation(`Patient/${id}`)),
          ]),
        );
        assert.match(body.entry[0].response.status, /^201/);
        assert.equal((await read(server, body, 1)).body.subject.reference, `Patient/${id}`);
      },
    ),
    made(
      "tx-patch",
      "patch in a transaction",
      "`PATCH` with a FHIRPath Patch, and with a JSON Patch in a Binary",
      "patches",
      async (server) => {
        const { id } = (await server.send("Patient", { method: "POST", body: patient() })).body;
        const operation = [
          { name: "type", valueCode: "replace" },
          { name: "path", valueString: "Patient.gender" },
          { name: "value", valueCode: "other" },
        ];
        const resource = { resourceType: "Parameters", parameter: [{ name: "operation", part: operation }] };
        ok(await send(server, [{ resource, request: { method: "PATCH", url: `Patient/${id}` } }]));
        assert.equal((await server.get(`Patient/${id}`)).body.gender, "other");
        const data = Buffer.from('[{"op":"replace","path":"/gender","value":"female"}]').toString("base64");
        ok(
          await send(server, [
            {
              resource: { resourceType: "Binary", contentType: "application/json-patch+json", data },
              request: { method: "PATCH", url: `Patient/${id}` },
            },
          ]),
        );
        assert.equal((await server.get(`Patient/${id}`)).body.gender, "female");
      },
    ),
    made(
      "tx-same-twice",
      "one resource twice",
      "`PUT` and `DELETE` of the same Patient; the same fullUrl twice",
      "is refused with 400",
      async (server) => {
        const { id } = (await server.send("Patient", { method: "POST", body: patient() })).body;
        const put = { resource: patient({ id }), request: { method: "PUT", url: `Patient/${id}` } };
        expectOutcome(await send(server, [put, { request: { method: "DELETE", url: `Patient/${id}` } }]), [400, 422]);
        expectOutcome(await send(server, [post(patient(), A), post(patient(), A)]), [400, 422]);
      },
    ),
    made(
      "tx-bad-request",
      "entries that ask nothing",
      "an entry without request; an unknown method; a url of another server",
      "is refused with 400 or 422",
      async (server) => {
        expectOutcome(await send(server, [{ resource: patient() }]), [400, 422]);
        expectOutcome(
          await send(server, [{ resource: patient(), request: { method: "FETCH", url: "Patient" } }]),
          [400, 422],
        );
        expectOutcome(
          await send(server, [{ resource: patient(), request: { method: "POST", url: "Nonsense" } }]),
          [400, 404, 422],
        );
        expectOutcome(
          await send(server, [{ resource: patient(), request: { method: "POST", url: "Device" } }]),
          [400, 422],
        );
      },
    ),
    made(
      "tx-empty",
      "transaction without entries",
      "`entry` absent",
      "is answered 200 without entries, or refused",
      async (server) => {
        const answer = await server.send("", { method: "POST", body: { resourceType: "Bundle", type: "transaction" } });
        assert.ok([200, 400, 422].includes(answer.status), answer.text.slice(0, 200));
      },
    ),
    made(
      "tx-history-bundle",
      "Bundles of other types at the base",
      "`POST` of a `searchset`, of a Patient",
      "is refused with 400 or 422",
      async (server) => {
        expectOutcome(
          await server.send("", { method: "POST", body: { resourceType: "Bundle", type: "searchset" } }),
          [400, 422, 501],
        );
        expectOutcome(await server.send("", { method: "POST", body: patient() }), [400, 422]);
      },
    ),
    made("tx-minimal", "`Prefer: return=minimal`", "a transaction of one", "answers no resources", async (server) => {
      const body = { resourceType: "Bundle", type: "transaction", entry: [post(patient())] };
      const answer = ok(await server.send("", { method: "POST", body, headers: { prefer: "return=minimal" } }));
      assert.equal(answer.body.entry[0].resource, undefined);
    }),
    made("tx-large", "transaction of 5,000 entries", "5,000 `POST`s", "stores all of them", async (server) => {
      const entries = Array.from({ length: 5_000 }, (_, at) =>
        post({ resourceType: "Device", status: "active", lotNumber: `L${at}` }),
      );
      const { body } = ok(await send(server, entries));
      assert.equal(body.entry.length, 5_000);
      assert.ok(
        body.entry.every(({ response }: { response: { status: string } }) => response.status.startsWith("201")),
      );
    }),
  ],
};

export const BATCH: CaseGroup = {
  title: "Batch and stored Bundles",
  cases: [
    made(
      "batch",
      "batch",
      "a valid `POST`, an invalid one, a `GET` of nobody",
      "answers each for itself, failures with an OperationOutcome",
      async (server) => {
        const mrn = fresh();
        const { body } = ok(
          await send(
            server,
            [
              post(patient(identified(mrn))),
              post(patient({ gender: "zzz" })),
              { request: { method: "GET", url: "Patient/nobody" } },
            ],
            "batch",
          ),
        );
        assert.equal(body.type, "batch-response");
        const statuses = body.entry.map(({ response }: { response: { status: string } }) =>
          response.status.slice(0, 3),
        );
        assert.deepEqual([statuses[0], statuses[2]], ["201", "404"]);
        assert.ok(["400", "422"].includes(statuses[1] as string));
        assert.equal(body.entry[1].response.outcome.resourceType, "OperationOutcome");
        assert.equal(await countOf(server, mrn), 1);
      },
    ),
    made(
      "batch-independent",
      "batch",
      "two entries, the second refers to the first's `urn:uuid`",
      "does not resolve across entries",
      async (server) => {
        const { body } = ok(await send(server, [post(patient(), A), post(observation(A))], "batch"));
        const second = body.entry[1].response;
        if (second.status.startsWith("201")) assert.equal((await read(server, body, 1)).body.subject.reference, A);
        else assert.equal(second.outcome.resourceType, "OperationOutcome");
      },
    ),
    made("batch-search", "batch", "a search and a read", "answers their bodies", async (server) => {
      const { id } = (await server.send("Patient", { method: "POST", body: patient() })).body;
      const { body } = ok(
        await send(
          server,
          [
            { request: { method: "GET", url: `Patient/${id}` } },
            { request: { method: "GET", url: `Patient?_id=${id}` } },
          ],
          "batch",
        ),
      );
      assert.equal(body.entry[0].resource.id, id);
      assert.equal(body.entry[1].resource.total, 1);
    }),
    made(
      "batch-urls",
      "batch, forms of url",
      "`/Patient/1`, `<base>/Patient/1`, `Patient/1/_history/1`, `Patient/1/$everything`, `metadata`, and a url of another server",
      "answers 200 to its own and refuses the other's",
      async (server) => {
        const { id } = (await server.send("Patient", { method: "POST", body: patient() })).body;
        const own = [
          `/Patient/${id}`,
          `${server.baseUrl}/Patient/${id}`,
          `Patient/${id}/_history/1`,
          `Patient/${id}/$everything`,
        ];
        const urls = [...own, "metadata", `http://evil.example/Patient/${id}`];
        const entry = urls.map((url) => ({ request: { method: "GET", url } }));
        const { body } = ok(await send(server, entry, "batch"));
        const statuses = body.entry.map(({ response }: { response: { status: string } }) =>
          response.status.slice(0, 3),
        );
        assert.deepEqual(statuses.slice(0, 5), ["200", "200", "200", "200", "200"]);
        assert.match(statuses[5], /^4/);
      },
    ),
    made(
      "batch-conditions",
      "batch with conditions",
      "`ifMatch`, `ifNoneMatch`, `ifNoneExist`",
      "answers 412, 304, 200",
      async (server) => {
        const mrn = fresh();
        const { id } = (await server.send("Patient", { method: "POST", body: patient(identified(mrn)) })).body;
        const { body } = ok(
          await send(
            server,
            [
              { resource: patient({ id }), request: { method: "PUT", url: `Patient/${id}`, ifMatch: 'W/"5"' } },
              { request: { method: "GET", url: `Patient/${id}`, ifNoneMatch: 'W/"1"' } },
              {
                resource: patient(),
                request: { method: "POST", url: "Patient", ifNoneExist: `identifier=urn:mrn|${mrn}` },
              },
            ],
            "batch",
          ),
        );
        assert.deepEqual(
          body.entry.map(({ response }: { response: { status: string } }) => response.status.slice(0, 3)),
          ["412", "304", "200"],
        );
      },
    ),
    made(
      "batch-nested",
      "batch in a batch",
      "an entry that posts a batch to the base",
      "is refused in its place",
      async (server) => {
        const inner = { resourceType: "Bundle", type: "batch", entry: [] };
        const { status, body } = await send(
          server,
          [{ resource: inner, request: { method: "POST", url: "" } }],
          "batch",
        );
        if (status === 200) assert.match(body.entry[0].response.status, /^(4|5)/);
        else assert.ok([400, 422].includes(status));
      },
    ),
    ...["document", "message", "collection"].map((type) =>
      made(
        `bundle-${type}`,
        `${type} Bundle`,
        `\`POST Bundle\` of type ${type}`,
        "is stored whole and read back the same",
        async (server) => {
          const bundle = bundleOf(type);
          const created = await server.send("Bundle", { method: "POST", body: bundle });
          assert.equal(created.status, 201, created.text.slice(0, 300));
          const { meta: _meta, id, ...stored } = (await server.get(`Bundle/${created.body.id}`)).body;
          assert.ok(id);
          assert.deepEqual(stored, bundle);
        },
      ),
    ),
  ],
};

function made(id: string, feature: string, sent: string, holds: string, run: Case["run"]): Case {
  return { id, feature, sent, holds, run };
}

async function send(server: FhirServer, entry: readonly Json[], type = "transaction"): Promise<Answer> {
  return await server.send("", { method: "POST", body: { resourceType: "Bundle", type, entry } });
}

function ok(answer: Answer): Answer {
  assert.equal(answer.status, 200, answer.text.slice(0, 500));
  return answer;
}

function post(resource: Json, fullUrl?: string): Json {
  return {
    ...(fullUrl === undefined ? {} : { fullUrl }),
    resource,
    request: { method: "POST", url: resource["resourceType"] },
  };
}

function observation(reference: string): Json {
  return { resourceType: "Observation", status: "final", code: { text: "x" }, subject: { reference } };
}

function identified(mrn: string): Json {
  return { identifier: [{ system: "urn:mrn", value: mrn }] };
}

function placeOf(body: Answer["body"], index: number): string {
  return /([A-Z]\w+\/[^/]+)\/_history\/\d+$/.exec(body.entry[index].response.location as string)?.[1] ?? "";
}

async function read(server: FhirServer, body: Answer["body"], index: number): Promise<Answer> {
  return await server.get(placeOf(body, index));
}

async function countOf(server: FhirServer, mrn: string): Promise<number> {
  return (await server.get(`Patient?identifier=urn:mrn%7C${mrn}`)).body.total as number;
}

function bundleOf(type: string): Json {
  const timestamp = "2026-03-01T08:00:00Z";
  const subject = { fullUrl: "urn:uuid:33333333-3333-4333-8333-333333333333", resource: patient({ id: "inside" }) };
  if (type === "collection") return { resourceType: "Bundle", type, entry: [subject] };
  if (type === "message") {
    const header = {
      resourceType: "MessageHeader",
      id: "m1",
      eventUri: "http://example.org/event",
      source: { endpoint: "http://example.org/here" },
      focus: [{ reference: subject.fullUrl }],
    };
    return { resourceType: "Bundle", type, timestamp, entry: [{ fullUrl: B, resource: header }, subject] };
  }
  const composition = {
    resourceType: "Composition",
    id: "c1",
    status: "final",
    type: { text: "Summary" },
    subject: { reference: subject.fullUrl },
    date: "2026-03-01",
    author: [{ display: "Dr Curie" }],
    title: "Summary",
  };
  const identifier = { system: "urn:ietf:rfc:3986", value: "urn:uuid:44444444-4444-4444-8444-444444444444" };
  return {
    resourceType: "Bundle",
    identifier,
    type,
    timestamp,
    entry: [{ fullUrl: B, resource: composition }, subject],
  };
}
