/** R4's RESTful API on one resource: read to patch, conditions, and the form of answers (https://hl7.org/fhir/R4/http.html). */
import assert from "node:assert/strict";
import { answers, expectOutcome, type Case, type CaseGroup } from "./case.ts";
import type { Answer, FhirServer, Json } from "./server.ts";

export const patient = (more: Json = {}): Json => ({
  resourceType: "Patient",
  name: [{ family: "Chalmers", given: ["Peter"] }],
  gender: "male",
  birthDate: "1974-12-25",
  ...more,
});

const JSON_PATCH = { "content-type": "application/json-patch+json" };
let count = 0;
/** A name and an MRN that no other case has. */
function fresh(): { readonly name: string; readonly mrn: string } {
  count += 1;
  return { name: `rest${count}`, mrn: `REST-${count}` };
}

async function stored(
  server: FhirServer,
  more: Json = {},
): Promise<{ readonly path: string; readonly id: string; readonly mrn: string }> {
  const { name, mrn } = fresh();
  const id = await server.store(name, patient({ identifier: [{ system: "urn:mrn", value: mrn }], ...more }));
  return { path: `Patient/${id}`, id, mrn };
}

function made(id: string, feature: string, sent: string, holds: string, run: Case["run"]): Case {
  return { id, feature, sent, holds, run };
}

function ok(answer: Answer, status: number): Answer {
  assert.equal(answer.status, status, answer.text.slice(0, 400));
  return answer;
}

export const READ: CaseGroup = {
  title: "Read, vread and history",
  cases: [
    made(
      "read",
      "read",
      "`GET Patient/1`",
      "answers 200 with the resource, `ETag` and `Last-Modified`",
      async (server) => {
        const { path, id } = await stored(server);
        const answer = ok(await server.get(path), 200);
        assert.equal(answer.body.id, id);
        assert.equal(answer.headers.get("etag"), `W/"${answer.body.meta.versionId}"`);
        const modified = Date.parse(answer.headers.get("last-modified") ?? "");
        assert.equal(modified, Math.floor(Date.parse(answer.body.meta.lastUpdated as string) / 1000) * 1000);
        assert.match(answer.headers.get("content-type") ?? "", /^application\/fhir\+json/);
      },
    ),
    answers("read-unknown", "read", "Patient/nobody", {}, 404),
    answers("read-unknown-type", "read", "Nonsense/1", {}, 404),
    answers("read-lower-case-type", "read", "patient/1", {}, 404),
    answers("read-bad-id", "read", "Patient/a_b", {}, [400, 404]),
    answers("read-long-id", "read", `Patient/${"a".repeat(65)}`, {}, [400, 404]),
    made(
      "read-deleted",
      "read of what was deleted",
      "`GET Patient/1` after `DELETE`",
      "answers 410",
      async (server) => {
        const { path } = await stored(server);
        ok(await server.send(path, { method: "DELETE" }), 204);
        expectOutcome(await server.get(path), [410]);
      },
    ),
    made("read-other-type", "read", "`GET Observation/<id of a Patient>`", "answers 404", async (server) => {
      const { id } = await stored(server);
      expectOutcome(await server.get(`Observation/${id}`), [404]);
    }),
    made("head", "read by `HEAD`", "`HEAD Patient/1`", "answers the headers of `GET` and no body", async (server) => {
      const { path } = await stored(server);
      const answer = ok(await server.send(path, { method: "HEAD" }), 200);
      assert.equal(answer.text, "");
      assert.equal(answer.headers.get("etag"), 'W/"1"');
    }),
    made(
      "read-if-none-match",
      "`If-None-Match`",
      '`GET Patient/1` with `If-None-Match: W/"1"`',
      "answers 304 without a body while version 1 is current, 200 after",
      async (server) => {
        const { path, id } = await stored(server);
        const headers = { "if-none-match": 'W/"1"' };
        const same = ok(await server.get(path, headers), 304);
        assert.equal(same.text, "");
        ok(await server.send(path, { method: "PUT", body: patient({ id, gender: "other" }) }), 200);
        ok(await server.get(path, headers), 200);
      },
    ),
    made(
      "read-if-modified-since",
      "`If-Modified-Since`",
      "`GET Patient/1` with the time of its `Last-Modified`, and with an older one",
      "answers 304, then 200",
      async (server) => {
        const { path } = await stored(server);
        const { headers } = await server.get(path);
        ok(await server.get(path, { "if-modified-since": headers.get("last-modified") ?? "" }), 304);
        ok(await server.get(path, { "if-modified-since": "Sat, 01 Jan 2000 00:00:00 GMT" }), 200);
      },
    ),
    made(
      "read-summary",
      "read with `_summary`, `_elements`",
      "`GET Patient/1?_elements=gender`",
      "answers the subset, tagged `SUBSETTED`",
      async (server) => {
        const { path } = await stored(server);
        const { body } = ok(await server.get(`${path}?_elements=gender`), 200);
        assert.equal(body.gender, "male");
        assert.equal(body.birthDate, undefined);
        assert.ok(body.meta.tag.some(({ code }: { code: string }) => code === "SUBSETTED"));
        const summary = ok(await server.get(`${path}?_summary=true`), 200);
        assert.ok(summary.body.meta.tag.some(({ code }: { code: string }) => code === "SUBSETTED"));
      },
    ),
    made(
      "vread",
      "vread",
      "`GET Patient/1/_history/1` after an update",
      "answers the first version with its own `ETag`",
      async (server) => {
        const { path, id } = await stored(server);
        ok(await server.send(path, { method: "PUT", body: patient({ id, gender: "other" }) }), 200);
        const first = ok(await server.get(`${path}/_history/1`), 200);
        assert.equal(first.body.gender, "male");
        assert.equal(first.headers.get("etag"), 'W/"1"');
        assert.equal(ok(await server.get(`${path}/_history/2`), 200).body.gender, "other");
      },
    ),
    made("vread-unknown", "vread", "`GET Patient/1/_history/9`, and `/01`", "answers 404", async (server) => {
      const { path } = await stored(server);
      expectOutcome(await server.get(`${path}/_history/01`), [404]);
      expectOutcome(await server.get(`${path}/_history/9`), [404]);
      expectOutcome(await server.get(`${path}/_history/x`), [404, 400]);
    }),
    made(
      "vread-deleted",
      "vread of a deletion",
      "`GET Patient/1/_history/2` where version 2 is its deletion",
      "answers 410; version 1 stays readable",
      async (server) => {
        const { path } = await stored(server);
        ok(await server.send(path, { method: "DELETE" }), 204);
        expectOutcome(await server.get(`${path}/_history/2`), [410]);
        ok(await server.get(`${path}/_history/1`), 200);
      },
    ),
    made(
      "history-instance",
      "history, instance",
      "`GET Patient/1/_history` after update and deletion",
      "lists all three, newest first, each with request and response",
      async (server) => {
        const { path, id } = await stored(server);
        ok(await server.send(path, { method: "PUT", body: patient({ id, gender: "other" }) }), 200);
        ok(await server.send(path, { method: "DELETE" }), 204);
        const { body } = ok(await server.get(`${path}/_history`), 200);
        assert.equal(body.type, "history");
        assert.deepEqual(
          body.entry.map((entry: Json) => (entry["request"] as Json)["method"]),
          ["DELETE", "PUT", "POST"],
        );
        assert.equal(body.entry[0].resource, undefined, "a deletion has no resource");
        assert.equal(body.entry[1].resource.meta.versionId, "2");
        assert.match(body.entry[1].response.status, /^200/);
        assert.match(body.entry[2].response.status, /^201/);
        assert.ok(body.entry.every((entry: Json) => typeof entry["fullUrl"] === "string"));
      },
    ),
    made(
      "history-count",
      "history with `_count`",
      "`GET Patient/1/_history?_count=2` of three versions",
      "pages through all of them",
      async (server) => {
        const { path, id } = await stored(server);
        for (const gender of ["other", "female"])
          ok(await server.send(path, { method: "PUT", body: patient({ id, gender }) }), 200);
        const first = ok(await server.get(`${path}/_history?_count=2`), 200);
        assert.equal(first.body.entry.length, 2);
        const next = first.body.link.find((link: Json) => link["relation"] === "next").url as string;
        const second = ok(await server.get(next), 200);
        assert.deepEqual(
          second.body.entry.map((entry: { resource: Json }) => (entry.resource["meta"] as Json)["versionId"]),
          ["1"],
        );
      },
    ),
    made(
      "history-since",
      "history with `_since`",
      "`GET Patient/1/_history?_since=<time of version 2>`",
      "leaves version 1 out",
      async (server) => {
        const { path, id } = await stored(server);
        await new Promise((wake) => setTimeout(wake, 20));
        const second = ok(await server.send(path, { method: "PUT", body: patient({ id, gender: "other" }) }), 200);
        const since = encodeURIComponent(second.body.meta.lastUpdated as string);
        const { body } = ok(await server.get(`${path}/_history?_since=${since}`), 200);
        assert.deepEqual(
          body.entry.map((entry: { resource: Json }) => (entry.resource["meta"] as Json)["versionId"]),
          ["2"],
        );
      },
    ),
    made(
      "history-type",
      "history, type",
      "`GET Device/_history`",
      "lists the versions of all devices",
      async (server) => {
        const id = await server.store("historydevice", { resourceType: "Device", status: "active" });
        ok(
          await server.send(`Device/${id}`, {
            method: "PUT",
            body: { resourceType: "Device", id, status: "inactive" },
          }),
          200,
        );
        const { body } = ok(await server.get("Device/_history"), 200);
        const mine = body.entry.filter((entry: Json) => (entry["resource"] as Json | undefined)?.["id"] === id);
        assert.equal(mine.length, 2);
      },
    ),
    made(
      "history-system",
      "history, system",
      "`GET _history`",
      "lists changes of every type, newest first",
      async (server) => {
        const { id } = await stored(server);
        const device = await server.store("historydevice2", { resourceType: "Device", status: "active" });
        const { body } = ok(await server.get("_history?_count=50"), 200);
        const ids = body.entry.map((entry: Json) => (entry["resource"] as Json | undefined)?.["id"]);
        assert.ok(ids.indexOf(device) >= 0 && ids.indexOf(device) < ids.indexOf(id));
      },
    ),
    answers("history-none", "history, type", "Patient/_history?_since=2099-01-01", {}, 200, ({ body }) =>
      assert.equal(body.total, 0),
    ),
    answers("history-empty-parameter", "an empty parameter is ignored", "Patient/_history?_since=&_count=", {}, 200),
    answers("history-unknown", "history, instance", "Patient/nobody/_history", {}, 404),
    answers("history-bad-since", "history with `_since`", "Patient/_history?_since=yesterday", {}, 400),
  ],
};

export const WRITE: CaseGroup = {
  title: "Create, update and delete",
  cases: [
    made(
      "create",
      "create",
      "`POST Patient`",
      "answers 201 with `Location`, `ETag`, version 1 and an id of the server's",
      async (server) => {
        const answer = ok(await server.send("Patient", { method: "POST", body: patient() }), 201);
        const { id } = answer.body;
        assert.equal(answer.headers.get("location"), `${server.baseUrl}/Patient/${id}/_history/1`);
        assert.equal(answer.headers.get("etag"), 'W/"1"');
        assert.equal(answer.body.meta.versionId, "1");
        assert.ok(Math.abs(Date.parse(answer.body.meta.lastUpdated as string) - Date.now()) < 60_000);
      },
    ),
    made(
      "create-ignores-id",
      "create with an id",
      "`POST Patient` with id, versionId and lastUpdated",
      "gives its own",
      async (server) => {
        const meta = { versionId: "77", lastUpdated: "2001-01-01T00:00:00Z", tag: [{ code: "kept" }] };
        const { body } = ok(await server.send("Patient", { method: "POST", body: patient({ id: "mine", meta }) }), 201);
        assert.notEqual(body.id, "mine");
        assert.equal(body.meta.versionId, "1");
        assert.notEqual(body.meta.lastUpdated, meta.lastUpdated);
        assert.deepEqual(body.meta.tag, [{ code: "kept" }]);
      },
    ),
    answers(
      "create-other-type",
      "create",
      "Patient",
      { method: "POST", body: { resourceType: "Device", status: "active" } },
      400,
    ),
    answers("create-no-type", "create", "Patient", { method: "POST", body: { gender: "male" } }, [400, 422]),
    answers("create-empty", "create", "Patient", { method: "POST", body: "" }, 400),
    answers("create-array", "create", "Patient", { method: "POST", body: [] }, [400, 422]),
    answers("create-not-json", "create", "Patient", { method: "POST", body: "{" }, 400),
    answers("create-unknown-type", "create", "Nonsense", { method: "POST", body: { resourceType: "Nonsense" } }, 404),
    answers(
      "create-minimal",
      "`Prefer: return=minimal`",
      "Patient",
      { method: "POST", body: patient(), headers: { prefer: "return=minimal" } },
      201,
      (answer) => {
        assert.equal(answer.text, "");
        assert.match(answer.headers.get("location") ?? "", /\/Patient\/[^/]+\/_history\/1$/);
      },
    ),
    answers(
      "create-representation",
      "`Prefer: return=representation`",
      "Patient",
      { method: "POST", body: patient(), headers: { prefer: "return=representation" } },
      201,
      (answer) => assert.equal(answer.body.resourceType, "Patient"),
    ),
    answers(
      "create-outcome",
      "`Prefer: return=OperationOutcome`",
      "Patient",
      { method: "POST", body: patient(), headers: { prefer: "return=OperationOutcome" } },
      201,
      (answer) => assert.equal(answer.body.resourceType, "OperationOutcome"),
    ),
    made(
      "create-conditional",
      "conditional create",
      "`POST Patient` with `If-None-Exist: identifier=…`, twice",
      "answers 201, then 200 without a second resource",
      async (server) => {
        const { mrn } = fresh();
        const body = patient({ identifier: [{ system: "urn:mrn", value: mrn }] });
        const headers = { "if-none-exist": `identifier=urn:mrn|${mrn}` };
        const first = ok(await server.send("Patient", { method: "POST", body, headers }), 201);
        const second = ok(await server.send("Patient", { method: "POST", body, headers }), 200);
        assert.match(second.headers.get("location") ?? "", new RegExp(`/Patient/${first.body.id}/_history/1$`));
        assert.equal((await server.get(`Patient?identifier=urn:mrn%7C${mrn}`)).body.total, 1);
      },
    ),
    made(
      "create-conditional-several",
      "conditional create",
      "`If-None-Exist` that two resources match",
      "answers 412",
      async (server) => {
        const { mrn } = await stored(server);
        await stored(server, { identifier: [{ system: "urn:mrn", value: mrn }] });
        expectOutcome(
          await server.send("Patient", {
            method: "POST",
            body: patient(),
            headers: { "if-none-exist": `identifier=urn:mrn|${mrn}` },
          }),
          [412],
        );
      },
    ),
    made(
      "create-conditional-parallel",
      "conditional create under 20 parallel requests",
      "20 × `POST Patient` with the same `If-None-Exist` at once",
      "makes one",
      async (server) => {
        const { mrn } = fresh();
        const body = patient({ identifier: [{ system: "urn:mrn", value: mrn }] });
        const headers = { "if-none-exist": `identifier=urn:mrn|${mrn}` };
        const all = await Promise.all(
          Array.from({ length: 20 }, async () => await server.send("Patient", { method: "POST", body, headers })),
        );
        assert.equal(all.filter(({ status }) => status === 201).length, 1, all.map(({ status }) => status).join(" "));
        assert.equal((await server.get(`Patient?identifier=urn:mrn%7C${mrn}`)).body.total, 1);
      },
    ),
    made("update", "update", "`PUT Patient/1`", "answers 200 with the next version", async (server) => {
      const { path, id } = await stored(server);
      const answer = ok(await server.send(path, { method: "PUT", body: patient({ id, gender: "other" }) }), 200);
      assert.equal(answer.body.meta.versionId, "2");
      assert.equal(answer.headers.get("etag"), 'W/"2"');
      assert.equal((await server.get(path)).body.gender, "other");
    }),
    made(
      "update-creates",
      "update as create",
      "`PUT Patient/<unused id>`",
      "answers 201; the resource is read under that id",
      async (server) => {
        const answer = ok(
          await server.send("Patient/client-made-1", { method: "PUT", body: patient({ id: "client-made-1" }) }),
          201,
        );
        assert.match(answer.headers.get("location") ?? "", /\/Patient\/client-made-1\/_history\/1$/);
        assert.equal(ok(await server.get("Patient/client-made-1"), 200).body.id, "client-made-1");
        assert.equal((await server.get("Patient?_id=client-made-1")).body.total, 1);
      },
    ),
    made(
      "update-other-id",
      "update",
      "`PUT Patient/1` with another id in the body, and with none",
      "is refused with 400",
      async (server) => {
        const { path } = await stored(server);
        expectOutcome(await server.send(path, { method: "PUT", body: patient({ id: "other" }) }), [400]);
        expectOutcome(await server.send(path, { method: "PUT", body: patient() }), [400]);
      },
    ),
    made("update-other-type", "update", "`PUT Patient/1` with a Device", "is refused with 400", async (server) => {
      const { path, id } = await stored(server);
      expectOutcome(
        await server.send(path, { method: "PUT", body: { resourceType: "Device", id, status: "active" } }),
        [400],
      );
    }),
    made(
      "update-if-match",
      "`If-Match`",
      '`PUT Patient/1` with `If-Match: W/"1"`, twice',
      "answers 200, then 412 and changes nothing",
      async (server) => {
        const { path, id } = await stored(server);
        const request = { method: "PUT", body: patient({ id, gender: "other" }), headers: { "if-match": 'W/"1"' } };
        ok(await server.send(path, request), 200);
        expectOutcome(await server.send(path, { ...request, body: patient({ id, gender: "female" }) }), [412]);
        assert.equal((await server.get(path)).body.gender, "other");
      },
    ),
    made(
      "update-race",
      "`If-Match` under parallel requests",
      '8 × `PUT Patient/1` with `If-Match: W/"1"` at once',
      "lets one through",
      async (server) => {
        const { path, id } = await stored(server);
        const all = await Promise.all(
          Array.from(
            { length: 8 },
            async (_, at) =>
              await server.send(path, {
                method: "PUT",
                body: patient({ id, birthDate: `199${at}` }),
                headers: { "if-match": 'W/"1"' },
              }),
          ),
        );
        assert.equal(all.filter(({ status }) => status === 200).length, 1, all.map(({ status }) => status).join(" "));
        assert.equal((await server.get(path)).body.meta.versionId, "2");
      },
    ),
    made(
      "update-after-delete",
      "update of what was deleted",
      "`PUT Patient/1` after `DELETE`",
      "brings it back as version 3",
      async (server) => {
        const { path, id } = await stored(server);
        ok(await server.send(path, { method: "DELETE" }), 204);
        const answer = await server.send(path, { method: "PUT", body: patient({ id }) });
        assert.ok([200, 201].includes(answer.status), answer.text);
        assert.equal(answer.body.meta.versionId, "3");
        ok(await server.get(path), 200);
      },
    ),
    made(
      "update-conditional",
      "conditional update",
      "`PUT Patient?identifier=…` with no, one and two matches",
      "answers 201, 200, 412",
      async (server) => {
        const { mrn } = fresh();
        const body = patient({ identifier: [{ system: "urn:mrn", value: mrn }] });
        const path = `Patient?identifier=urn:mrn%7C${mrn}`;
        const first = ok(await server.send(path, { method: "PUT", body }), 201);
        const second = ok(await server.send(path, { method: "PUT", body: { ...body, gender: "other" } }), 200);
        assert.equal(second.body.id, first.body.id);
        assert.equal(second.body.meta.versionId, "2");
        ok(await server.send("Patient", { method: "POST", body }), 201);
        expectOutcome(await server.send(path, { method: "PUT", body }), [412]);
      },
    ),
    made(
      "update-conditional-id",
      "conditional update",
      "`PUT Patient?identifier=…` whose match has another id than the body",
      "is refused with 400",
      async (server) => {
        const { mrn } = await stored(server);
        expectOutcome(
          await server.send(`Patient?identifier=urn:mrn%7C${mrn}`, { method: "PUT", body: patient({ id: "another" }) }),
          [400, 409, 412, 422],
        );
      },
    ),
    made(
      "update-conditional-unbounded",
      "conditional update",
      "`PUT Patient` without criteria",
      "is refused",
      async (server) => {
        expectOutcome(await server.send("Patient", { method: "PUT", body: patient() }), [400, 405, 412]);
      },
    ),
    made(
      "delete",
      "delete",
      "`DELETE Patient/1`, then search",
      "answers 204; it is no longer found",
      async (server) => {
        const { path, mrn } = await stored(server);
        ok(await server.send(path, { method: "DELETE" }), 204);
        assert.equal((await server.get(`Patient?identifier=urn:mrn%7C${mrn}`)).body.total, 0);
      },
    ),
    made(
      "delete-twice",
      "delete",
      "`DELETE Patient/1`, twice",
      "answers 204 both times and makes one version",
      async (server) => {
        const { path } = await stored(server);
        ok(await server.send(path, { method: "DELETE" }), 204);
        const again = await server.send(path, { method: "DELETE" });
        assert.ok([200, 204].includes(again.status), again.text);
        assert.equal(ok(await server.get(`${path}/_history`), 200).body.entry.length, 2);
      },
    ),
    answers("delete-unknown", "delete", "Patient/never-there", { method: "DELETE" }, [200, 204, 404]),
    made(
      "delete-if-match",
      "delete with `If-Match`",
      '`DELETE Patient/1` with `If-Match: W/"9"`',
      "answers 412 and keeps it",
      async (server) => {
        const { path } = await stored(server);
        expectOutcome(await server.send(path, { method: "DELETE", headers: { "if-match": 'W/"9"' } }), [412]);
        ok(await server.get(path), 200);
      },
    ),
    made(
      "delete-conditional",
      "conditional delete",
      "`DELETE Patient?identifier=…` with one, none and two matches",
      "answers 204, 204 or 404, 412",
      async (server) => {
        const { path, mrn } = await stored(server);
        const conditional = `Patient?identifier=urn:mrn%7C${mrn}`;
        ok(await server.send(conditional, { method: "DELETE" }), 204);
        ok(await server.get(path), 410);
        assert.ok([200, 204, 404].includes((await server.send(conditional, { method: "DELETE" })).status));
        await stored(server, { identifier: [{ system: "urn:mrn", value: mrn }] });
        await stored(server, { identifier: [{ system: "urn:mrn", value: mrn }] });
        expectOutcome(await server.send(conditional, { method: "DELETE" }), [412]);
      },
    ),
    made("delete-conditional-unbounded", "conditional delete", "`DELETE Patient`", "is refused", async (server) => {
      expectOutcome(await server.send("Patient", { method: "DELETE" }), [400, 405, 412]);
    }),
    made(
      "read-conditional",
      "conditional read",
      "`GET Patient?_id=1`",
      "answers like a read, in a Bundle",
      async (server) => {
        const { id } = await stored(server);
        assert.equal(ok(await server.get(`Patient?_id=${id}`), 200).body.entry[0].resource.id, id);
      },
    ),
    made(
      "validate-create",
      "`$validate`",
      "`POST Patient/$validate` of a valid and of an invalid resource",
      "answers an OperationOutcome without and with errors, and stores nothing",
      async (server) => {
        const { mrn } = fresh();
        const body = patient({ identifier: [{ system: "urn:mrn", value: mrn }] });
        const good = ok(await server.send("Patient/$validate", { method: "POST", body }), 200);
        assert.equal(good.body.resourceType, "OperationOutcome");
        assert.ok(good.body.issue.every(({ severity }: Json) => severity !== "error" && severity !== "fatal"));
        const bad = await server.send("Patient/$validate", { method: "POST", body: { ...body, gender: "zzz" } });
        assert.equal(bad.body.resourceType, "OperationOutcome");
        assert.ok(bad.body.issue.some(({ severity }: Json) => severity === "error" || severity === "fatal"));
        assert.equal((await server.get(`Patient?identifier=urn:mrn%7C${mrn}`)).body.total, 0);
      },
    ),
    made(
      "validate-parameters",
      "`$validate` with Parameters",
      "`POST Patient/$validate`, `Parameters.resource`",
      "validates the resource",
      async (server) => {
        const body = {
          resourceType: "Parameters",
          parameter: [{ name: "resource", resource: patient({ gender: "zzz" }) }],
        };
        const answer = await server.send("Patient/$validate", { method: "POST", body });
        assert.equal(answer.body.resourceType, "OperationOutcome", answer.text.slice(0, 300));
        assert.ok(answer.body.issue.some(({ severity }: Json) => severity === "error" || severity === "fatal"));
      },
    ),
  ],
};

export const PATCH: CaseGroup = {
  title: "Patch",
  cases: [
    jsonPatch("patch-replace", "JSON Patch `replace`", [{ op: "replace", path: "/gender", value: "other" }], (body) =>
      assert.equal(body.gender, "other"),
    ),
    jsonPatch("patch-add", "JSON Patch `add`", [{ op: "add", path: "/active", value: true }], (body) =>
      assert.equal(body.active, true),
    ),
    jsonPatch(
      "patch-add-end",
      "JSON Patch `add` at the end of a list",
      [{ op: "add", path: "/name/0/given/-", value: "James" }],
      (body) => assert.deepEqual(body.name[0].given, ["Peter", "James"]),
    ),
    jsonPatch("patch-remove", "JSON Patch `remove`", [{ op: "remove", path: "/birthDate" }], (body) =>
      assert.equal(body.birthDate, undefined),
    ),
    jsonPatch(
      "patch-move",
      "JSON Patch `move`",
      [{ op: "move", from: "/name/0/family", path: "/name/0/text" }],
      (body) => assert.equal(body.name[0].text, "Chalmers"),
    ),
    jsonPatch("patch-copy", "JSON Patch `copy`", [{ op: "copy", from: "/name/0", path: "/name/1" }], (body) =>
      assert.equal(body.name.length, 2),
    ),
    jsonPatch(
      "patch-test",
      "JSON Patch `test`",
      [
        { op: "test", path: "/gender", value: "male" },
        { op: "replace", path: "/gender", value: "female" },
      ],
      (body) => assert.equal(body.gender, "female"),
    ),
    badPatch(
      "patch-test-fails",
      "JSON Patch `test`",
      [
        { op: "test", path: "/gender", value: "female" },
        { op: "remove", path: "/gender" },
      ],
      [409, 412, 422],
    ),
    badPatch("patch-missing-path", "JSON Patch", [{ op: "remove", path: "/nowhere" }], [400, 422]),
    badPatch(
      "patch-invalid-result",
      "JSON Patch that breaks the resource",
      [{ op: "replace", path: "/gender", value: "zzz" }],
      [422],
    ),
    badPatch("patch-id", "JSON Patch of the id", [{ op: "replace", path: "/id", value: "other" }], [400, 409, 422]),
    badPatch(
      "patch-type",
      "JSON Patch of the type",
      [{ op: "replace", path: "/resourceType", value: "Person" }],
      [400, 422],
    ),
    badPatch("patch-not-a-list", "JSON Patch that is none", { op: "remove", path: "/gender" }, [400]),
    badPatch("patch-unknown-op", "JSON Patch", [{ op: "destroy", path: "/gender" }], [400]),
    badPatch(
      "patch-prototype",
      "JSON Patch of `__proto__`",
      [{ op: "add", path: "/__proto__/polluted", value: "x" }],
      [400, 422],
    ),
    made(
      "patch-if-match",
      "patch with `If-Match`",
      'JSON Patch with `If-Match: W/"9"`',
      "answers 412 and changes nothing",
      async (server) => {
        const { path } = await stored(server);
        const request = {
          method: "PATCH",
          body: [{ op: "remove", path: "/gender" }],
          headers: { ...JSON_PATCH, "if-match": 'W/"9"' },
        };
        expectOutcome(await server.send(path, request), [412]);
        assert.equal((await server.get(path)).body.gender, "male");
      },
    ),
    answers(
      "patch-unknown",
      "patch",
      "Patient/nobody",
      { method: "PATCH", body: [{ op: "remove", path: "/gender" }], headers: JSON_PATCH },
      404,
    ),
    made(
      "patch-conditional",
      "conditional patch",
      "`PATCH Patient?identifier=…`",
      "patches the one match; with none answers 404, with two 412",
      async (server) => {
        const { path, mrn } = await stored(server);
        const request = {
          method: "PATCH",
          body: [{ op: "replace", path: "/gender", value: "other" }],
          headers: JSON_PATCH,
        };
        ok(await server.send(`Patient?identifier=urn:mrn%7C${mrn}`, request), 200);
        assert.equal((await server.get(path)).body.gender, "other");
        expectOutcome(await server.send("Patient?identifier=urn:mrn%7Cnobody", request), [404]);
        await stored(server, { identifier: [{ system: "urn:mrn", value: mrn }] });
        expectOutcome(await server.send(`Patient?identifier=urn:mrn%7C${mrn}`, request), [412]);
      },
    ),
    made(
      "patch-content-type",
      "patch of an unknown media type",
      "`PATCH Patient/1`, `application/xml-patch+xml`",
      "is refused with 415",
      async (server) => {
        const { path } = await stored(server);
        expectOutcome(
          await server.send(path, {
            method: "PATCH",
            body: "<diff/>",
            headers: { "content-type": "application/xml-patch+xml" },
          }),
          [415],
        );
      },
    ),
    fhirPathPatch(
      "fhirpath-replace",
      "FHIRPath Patch `replace`",
      [part("type", "replace"), part("path", "Patient.gender"), { name: "value", valueCode: "other" }],
      (body) => assert.equal(body.gender, "other"),
    ),
    fhirPathPatch(
      "fhirpath-add",
      "FHIRPath Patch `add`",
      [part("type", "add"), part("path", "Patient"), part("name", "active"), { name: "value", valueBoolean: true }],
      (body) => assert.equal(body.active, true),
    ),
    fhirPathPatch(
      "fhirpath-add-list",
      "FHIRPath Patch `add` to a list",
      [
        part("type", "add"),
        part("path", "Patient.name[0]"),
        part("name", "given"),
        { name: "value", valueString: "James" },
      ],
      (body) => assert.deepEqual(body.name[0].given, ["Peter", "James"]),
    ),
    fhirPathPatch(
      "fhirpath-insert",
      "FHIRPath Patch `insert`",
      [
        part("type", "insert"),
        part("path", "Patient.name[0].given"),
        { name: "index", valueInteger: 0 },
        { name: "value", valueString: "Sir" },
      ],
      (body) => assert.deepEqual(body.name[0].given, ["Sir", "Peter"]),
    ),
    fhirPathPatch(
      "fhirpath-delete",
      "FHIRPath Patch `delete`",
      [part("type", "delete"), part("path", "Patient.birthDate")],
      (body) => assert.equal(body.birthDate, undefined),
    ),
    fhirPathPatch(
      "fhirpath-delete-none",
      "FHIRPath Patch `delete` of nothing",
      [part("type", "delete"), part("path", "Patient.maritalStatus")],
      (body) => assert.equal(body.gender, "male"),
    ),
    fhirPathPatch(
      "fhirpath-where",
      "FHIRPath Patch with `where`",
      [
        part("type", "replace"),
        part("path", "Patient.name.where(family = 'Chalmers').family"),
        { name: "value", valueString: "Windsor" },
      ],
      (body) => assert.equal(body.name[0].family, "Windsor"),
    ),
    fhirPathPatch(
      "fhirpath-condition",
      "FHIRPath Patch with a condition",
      [
        part("type", "replace"),
        part("path", "Patient.name.where(given.exists($this.startsWith('Pet')) and use.empty()).family"),
        { name: "value", valueString: "Windsor" },
      ],
      (body) => assert.equal(body.name[0].family, "Windsor"),
    ),
    fhirPathPatch(
      "fhirpath-parts",
      "FHIRPath Patch `add` of an element in parts, with a choice",
      [
        part("type", "add"),
        part("path", "Patient"),
        part("name", "extension"),
        {
          name: "value",
          part: [
            { name: "url", valueUri: "http://x.example/e" },
            { name: "value", valueCode: "a" },
          ],
        },
      ],
      (body) => assert.deepEqual(body.extension, [{ url: "http://x.example/e", valueCode: "a" }]),
    ),
    fhirPathPatch(
      "fhirpath-beside",
      "FHIRPath Patch `add` of an extension of a primitive",
      [
        part("type", "add"),
        part("path", "Patient.gender"),
        part("name", "extension"),
        { name: "value", valueExtension: { url: "http://x.example/e", valueCode: "a" } },
      ],
      (body) => assert.deepEqual(body._gender, { extension: [{ url: "http://x.example/e", valueCode: "a" }] }),
    ),
    fhirPathPatch(
      "fhirpath-add-complex",
      "FHIRPath Patch `add` of a datatype",
      [
        part("type", "add"),
        part("path", "Patient"),
        part("name", "telecom"),
        { name: "value", valueContactPoint: { system: "phone", value: "555" } },
      ],
      (body) => assert.deepEqual(body.telecom, [{ system: "phone", value: "555" }]),
    ),
    made(
      "fhirpath-move",
      "FHIRPath Patch `move`",
      "`move` of `Patient.name[0].given` from 1 to 0",
      "changes the order",
      async (server) => {
        const { path } = await stored(server, { name: [{ given: ["a", "b"] }] });
        const operation = [
          part("type", "move"),
          part("path", "Patient.name[0].given"),
          { name: "source", valueInteger: 1 },
          { name: "destination", valueInteger: 0 },
        ];
        const { body } = ok(await server.send(path, { method: "PATCH", body: parameters(operation) }), 200);
        assert.deepEqual(body.name[0].given, ["b", "a"]);
      },
    ),
    made(
      "fhirpath-several",
      "FHIRPath Patch of several places",
      "`replace` of `Patient.name` where there are two",
      "is refused and changes nothing",
      async (server) => {
        const { path } = await stored(server, { name: [{ family: "a" }, { family: "b" }] });
        const operation = [
          part("type", "replace"),
          part("path", "Patient.name"),
          { name: "value", valueHumanName: { family: "c" } },
        ];
        expectOutcome(await server.send(path, { method: "PATCH", body: parameters(operation) }), [400, 422]);
        assert.equal((await server.get(path)).body.meta.versionId, "1");
      },
    ),
    made(
      "fhirpath-bad",
      "FHIRPath Patch that is none",
      "a path that is no FHIRPath",
      "is refused with 400 or 422",
      async (server) => {
        const { path } = await stored(server);
        const operation = [part("type", "delete"), part("path", "Patient..((")];
        expectOutcome(await server.send(path, { method: "PATCH", body: parameters(operation) }), [400, 422]);
      },
    ),
  ],
};

function jsonPatch(id: string, feature: string, body: unknown, check: (body: Answer["body"]) => void): Case {
  return made(
    id,
    feature,
    `\`${JSON.stringify(body)}\``,
    "answers 200 with the patched resource as the next version",
    async (server) => {
      const { path } = await stored(server);
      const answer = ok(await server.send(path, { method: "PATCH", body, headers: JSON_PATCH }), 200);
      assert.equal(answer.body.meta.versionId, "2");
      check(answer.body);
      check((await server.get(path)).body);
    },
  );
}

function badPatch(id: string, feature: string, body: unknown, statuses: readonly number[]): Case {
  return made(
    id,
    feature,
    `\`${JSON.stringify(body)}\``,
    `is refused with ${statuses.join(" or ")} and changes nothing`,
    async (server) => {
      const { path } = await stored(server);
      expectOutcome(await server.send(path, { method: "PATCH", body, headers: JSON_PATCH }), statuses);
      const { body: after } = await server.get(path);
      assert.equal(after.meta.versionId, "1");
      assert.equal(after.gender, "male");
    },
  );
}

function fhirPathPatch(
  id: string,
  feature: string,
  operation: readonly Json[],
  check: (body: Answer["body"]) => void,
): Case {
  const sent = operation.map((each) => `${String(each["name"])}=${JSON.stringify(Object.values(each)[1])}`).join(", ");
  return made(id, feature, `\`${sent}\``, "answers 200 with the patched resource", async (server) => {
    const { path } = await stored(server);
    check(ok(await server.send(path, { method: "PATCH", body: parameters(operation) }), 200).body);
  });
}

function part(name: string, value: string): Json {
  return name === "type" ? { name, valueCode: value } : { name, valueString: value };
}

function parameters(operation: readonly Json[]): Json {
  return { resourceType: "Parameters", parameter: [{ name: "operation", part: operation }] };
}
