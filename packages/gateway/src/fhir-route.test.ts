import assert from "node:assert/strict";
import { test } from "node:test";
import { WardError } from "@ward/core";
import { NURSE, withGateway } from "./testing.ts";

const FHIR = { authorization: NURSE, "content-type": "application/fhir+json" };

test("reads for who the token proves, with version, time and place of what was answered", async () => {
  await withGateway(async ({ send, fhir, lines, gateway }) => {
    fhir.answer = () =>
      Promise.resolve({
        status: 200,
        json: Buffer.from('{"resourceType":"Patient","id":"p1"}'),
        etag: 'W/"3"',
        lastModified: "2026-03-02T15:12:07.120Z",
      });
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const headers = { authorization: NURSE, traceparent, "x-request-id": "client-1" };
    const read = await send({ path: "/fhir/R4/Patient/p1?_summary=true", headers });
    assert.equal(read.status, 200);
    assert.equal(read.headers["content-type"], "application/fhir+json; charset=utf-8");
    assert.equal(read.headers.etag, 'W/"3"');
    assert.equal(read.headers["last-modified"], "Mon, 02 Mar 2026 15:12:07 GMT");
    assert.equal(read.headers["x-request-id"], "0af7651916cd43dd8448eb211c80319c");
    assert.equal(read.headers["x-correlation-id"], "client-1");
    assert.equal(read.text, '{"resourceType":"Patient","id":"p1"}');
    assert.deepEqual(fhir.calls[0], {
      caller: {
        principal: { kind: "person", id: "nurse-1", roles: ["nurse"] },
        purpose: "TREAT",
        traceId: "0af7651916cd43dd8448eb211c80319c",
      },
      call: { method: "GET", path: "Patient/p1?_summary=true", base: `${gateway.url}/fhir/R4` },
    });
    assert.equal(lines[0]?.trace, "0af7651916cd43dd8448eb211c80319c");
    const head = await send({ method: "HEAD", path: "/fhir/R4/Patient/p1", headers });
    assert.deepEqual([head.status, head.text, head.headers["content-length"]], [200, "", "36"]);
  });
});

test("tells FHIR what is below the base as it was sent, however the base is spelled", async () => {
  await withGateway(async ({ send, fhir, lines }) => {
    const headers = { authorization: NURSE };
    const sent = [
      ["/%66hir/R%34/%50atient/p%2D1?name=a/b", "%50atient/p%2D1?name=a/b"],
      ["/fhir/R4?_type=a/b", "?_type=a/b"],
      ["/fhir/R4/?_type=a/b", "?_type=a/b"],
      ["/fhir/R4/Patient/?name=%C3%A9", "Patient/?name=%C3%A9"],
      ["/fhir/R4/Patient/%24everything/", "Patient/%24everything/"],
    ] as const;
    for (const [path] of sent) await send({ path, headers });
    assert.deepEqual(
      fhir.calls.map(({ call }) => call.path),
      sent.map(([, path]) => path),
    );
    assert.equal(lines[0]?.route, "/fhir/R4/Patient/:id");
  });
});

test("sends an answer's bytes as they are, however many", async () => {
  await withGateway(async ({ send, fhir }) => {
    for (const length of [0, 1, 8_000, 8_192, 8_193, 100_000]) {
      const json = Buffer.from(`{"é\u{1f600}":"${"ü".repeat(length)}"}`);
      // Inside a larger buffer, as pieces of a pool are.
      const inside = Buffer.concat([Buffer.from("xx"), json, Buffer.from("yy")]).subarray(2, -2);
      fhir.answer = () =>
        Promise.resolve({ status: 200, json: new Uint8Array(inside.buffer, inside.byteOffset, json.length) });
      const { text, headers } = await send({ path: "/fhir/R4/Patient/p1", headers: { authorization: NURSE } });
      assert.equal(text, json.toString());
      assert.equal(headers["content-length"], `${json.length}`);
    }
  });
});

test("passes on a method with a body that came without one, and answers the next request on the connection", async () => {
  await withGateway(async ({ sendRaw, fhir }) => {
    const head = `HTTP/1.1\r\nhost: localhost\r\nauthorization: ${NURSE}\r\n`;
    const received = await sendRaw(
      `POST /fhir/R4/Patient/p1/$everything ${head}\r\nGET /fhir/R4/Patient/p2 ${head}connection: close\r\n\r\n`,
    );
    assert.equal(received.match(/HTTP\/1\.1 200 /g)?.length, 2);
    assert.deepEqual(
      new Map(fhir.calls.map(({ call: { method, path, body } }) => [`${method} ${path}`, body])),
      new Map([
        ["POST Patient/p1/$everything", ""],
        ["GET Patient/p2", undefined],
      ]),
    );
  });
});

test("echoes no request id that could hold more than an id", async () => {
  await withGateway(async ({ send }) => {
    for (const id of ["a b", "x".repeat(65), "<a>"]) {
      const { headers } = await send({ path: "/healthz", headers: { "x-request-id": id } });
      assert.equal(headers["x-correlation-id"], undefined);
    }
  });
});

test("passes every method on with its conditions, wishes and media type", async () => {
  await withGateway(async ({ send, fhir, gateway }) => {
    fhir.answer = () => Promise.resolve({ status: 201, location: "Patient/p9/_history/1", etag: 'W/"1"' });
    const base = `${gateway.url}/fhir/R4`;
    const contentType = "application/fhir+json";
    const body = '{"resourceType":"Patient"}';
    const post = {
      method: "POST",
      headers: { ...FHIR, "if-none-exist": "identifier=x", prefer: "return=minimal" },
      body,
    };
    const created = await send({ ...post, path: "/fhir/R4/Patient" });
    assert.equal(created.status, 201);
    assert.equal(created.headers.location, `${base}/Patient/p9/_history/1`);
    assert.equal(created.headers["content-type"], undefined);
    await send({
      method: "PUT",
      path: "/fhir/R4/Patient?identifier=a%7Cb",
      headers: { ...FHIR, "if-match": 'W/"1"' },
      body,
    });
    const patch = { ...FHIR, "content-type": "application/json-patch+json" };
    await send({ method: "PATCH", path: "/fhir/R4/Patient/p9", headers: patch, body: "[]" });
    await send({ method: "DELETE", path: "/fhir/R4/Patient/p9", headers: { authorization: NURSE } });
    await send({ path: "/fhir/R4/Patient/p9", headers: { ...FHIR, "if-none-match": 'W/"1"' } });
    const modified = { authorization: NURSE, "if-modified-since": "Mon, 02 Mar 2026 15:12:07 GMT" };
    await send({ path: "/fhir/R4/Patient/p9/_history/2", headers: modified });
    await send({ method: "POST", path: "/fhir/R4/", headers: FHIR, body });
    await send({ method: "POST", path: "/fhir/R4/Patient/$validate", headers: FHIR, body });
    assert.deepEqual(
      fhir.calls.map(({ call }) => call),
      [
        {
          method: "POST",
          path: "Patient",
          base,
          contentType,
          body,
          ifNoneExist: "identifier=x",
          prefer: "return=minimal",
        },
        { method: "PUT", path: "Patient?identifier=a%7Cb", base, contentType, body, ifMatch: 'W/"1"' },
        { method: "PATCH", path: "Patient/p9", base, contentType: "application/json-patch+json", body: "[]" },
        { method: "DELETE", path: "Patient/p9", base },
        { method: "GET", path: "Patient/p9", base, ifNoneMatch: 'W/"1"' },
        { method: "GET", path: "Patient/p9/_history/2", base, ifModifiedSince: "Mon, 02 Mar 2026 15:12:07 GMT" },
        { method: "POST", path: "", base, contentType, body },
        { method: "POST", path: "Patient/$validate", base, contentType, body },
      ],
    );
  });
});

test("passes searches on as they came, by GET and by POST", async () => {
  await withGateway(async ({ send, fhir, gateway }) => {
    const base = `${gateway.url}/fhir/R4`;
    const contentType = "application/x-www-form-urlencoded";
    await send({ path: "/fhir/R4/Patient?identifier=a%7Cb&_count=5", headers: { authorization: NURSE } });
    const form = { authorization: NURSE, "content-type": contentType };
    await send({ method: "POST", path: "/fhir/R4/Patient/_search?_count=5", headers: form, body: "identifier=a%7Cb" });
    await send({ method: "POST", path: "/fhir/R4/Patient/p1/Observation/_search", headers: form, body: "code=a" });
    await send({ method: "POST", path: "/fhir/R4/_search", headers: { authorization: NURSE } });
    assert.deepEqual(
      fhir.calls.map(({ call }) => call),
      [
        { method: "GET", path: "Patient?identifier=a%7Cb&_count=5", base },
        { method: "POST", path: "Patient/_search?_count=5", base, contentType, body: "identifier=a%7Cb" },
        { method: "POST", path: "Patient/p1/Observation/_search", base, contentType, body: "code=a" },
        { method: "POST", path: "_search", base, body: "" },
      ],
    );
    const json = await send({ method: "POST", path: "/fhir/R4/Patient/_search", headers: FHIR, body: "{}" });
    assert.equal(json.status, 415);
  });
});

test("names the deletion's version where a resource is gone, and sends nothing with 304 and 204", async () => {
  await withGateway(async ({ send, fhir }) => {
    fhir.answer = () => Promise.reject(new WardError("gone", { type: "Patient", version: 4 }));
    const gone = await send({ path: "/fhir/R4/Patient/p1", headers: FHIR });
    assert.deepEqual([gone.status, gone.headers.etag], [410, 'W/"4"']);
    for (const status of [204, 304]) {
      fhir.answer = () => Promise.resolve({ status, etag: 'W/"4"' });
      const answer = await send({ path: "/fhir/R4/Patient/p1", headers: FHIR });
      assert.deepEqual([answer.status, answer.headers.etag, answer.text], [status, 'W/"4"', ""]);
    }
  });
});

test("says what it can do to whoever asks, and refuses methods that FHIR has not", async () => {
  await withGateway(async ({ send, fhir, gateway }) => {
    const metadata = await send({ path: "/fhir/R4/metadata" });
    assert.deepEqual(metadata.json(), {
      resourceType: "CapabilityStatement",
      fhirVersion: "4.0.1",
      url: `${gateway.url}/fhir/R4`,
    });
    assert.equal((await send({ method: "POST", path: "/fhir/R4/metadata", headers: FHIR })).headers.allow, "GET");
    assert.equal((await send({ path: "/fhir/R4/metadata", headers: { accept: "application/fhir+xml" } })).status, 406);
    const traced = await send({ method: "OPTIONS", path: "/fhir/R4/Patient/p1", headers: FHIR });
    assert.equal(traced.status, 405);
    assert.equal(fhir.calls.length, 0);
  });
});

test("logs the pattern of a FHIR path, and nothing that a client chose", async () => {
  await withGateway(async ({ send, lines }) => {
    const paths = [
      "Patient/SB4471902/_history/3",
      "Patient/SB4471902/Observation?code=Ravensworth",
      "Patient/SB4471902/$everything",
      "Patient/SB4471902/Ravensworth/SB4471902",
      "Ravensworth/SB4471902",
      "Patient/_history?_since=2020",
      "_history",
    ];
    for (const path of paths) await send({ path: `/fhir/R4/${path}`, headers: FHIR });
    assert.deepEqual(
      lines.map(({ route }) => route.slice("/fhir/R4".length)),
      [
        "/Patient/:id/_history/:version",
        "/Patient/:id/Observation",
        "/Patient/:id/$everything",
        "/Patient/:id/:more/:version",
        "/:unknown",
        "/Patient/_history",
        "/_history",
      ],
    );
  });
});

test("takes and gives FHIR of version 4.0 only, and lets `_format` go before `Accept`", async () => {
  await withGateway(async ({ send, fhir }) => {
    const status = async (accept: string, query = ""): Promise<number> =>
      (await send({ path: `/fhir/R4/Patient/p1${query}`, headers: { authorization: NURSE, accept } })).status;
    assert.equal(await status("application/fhir+json; fhirVersion=4.0"), 200);
    assert.equal(await status("application/fhir+json; fhirVersion=3.0"), 406);
    assert.equal(await status("application/fhir+json; fhirVersion=3.0, application/json"), 200);
    assert.equal(await status("application/fhir+xml", "?_format=json"), 200);
    assert.equal(await status("application/fhir+xml", "?_format="), 406);
    assert.equal(await status(""), 200);
    fhir.calls.length = 0;
    const headers = { ...FHIR, "content-type": "application/fhir+json; fhirVersion=5.0" };
    assert.equal((await send({ method: "POST", path: "/fhir/R4/Patient", headers, body: "{}" })).status, 415);
    assert.equal(fhir.calls.length, 0);
  });
});

test("tells a FHIR client what went wrong in an OperationOutcome, and only paths and rules of it", async () => {
  await withGateway(async ({ send, fhir }) => {
    fhir.answer = () =>
      Promise.reject(new WardError("invalid-resource", { issues: ["Patient.birthDate: format"], id: "secret" }));
    const answer = await send({ path: "/fhir/R4/Patient/p1", headers: FHIR });
    assert.equal(answer.status, 422);
    assert.deepEqual(answer.json(), {
      resourceType: "OperationOutcome",
      issue: [
        {
          severity: "error",
          code: "value",
          diagnostics: "Patient.birthDate: format",
          expression: ["Patient.birthDate"],
          details: { text: "The resource breaks a rule of FHIR R4." },
        },
      ],
    });
    fhir.answer = () => Promise.reject(new Error("duplicate key (mrn)=(SB4471902)"));
    const failed = await send({ path: "/fhir/R4/Patient/p1", headers: FHIR });
    assert.equal(failed.status, 500);
    assert.doesNotMatch(failed.text, /SB4471902|duplicate key/);
  });
});

test("serves JSON only", async () => {
  await withGateway(async ({ send, fhir }) => {
    const accept = async (value: string): Promise<number> =>
      (await send({ path: "/fhir/R4/Patient/p1", headers: { ...FHIR, accept: value } })).status;
    assert.equal(await accept("application/fhir+xml"), 406);
    assert.equal(await accept("application/fhir+json;q=0, text/html"), 406);
    assert.equal(await accept("application/fhir+xml, application/fhir+json;q=0.5"), 200);
    assert.equal(await accept("*/*"), 200);
    assert.equal(await accept("application/json+fhir"), 200);
    assert.equal(await accept("application/xml+fhir"), 406);
    fhir.calls.length = 0;
    const post = async (type: string): Promise<number> =>
      (
        await send({
          method: "POST",
          path: "/fhir/R4/Patient",
          headers: { ...FHIR, "content-type": type },
          body: "<a/>",
        })
      ).status;
    assert.equal(await post("application/fhir+xml"), 415);
    assert.equal(await post("application/fhir+json; charset=utf-16"), 415);
    assert.equal(fhir.calls.length, 0);
    // What is not JSON under a JSON type is FHIR's to refuse: it gets the text as it came.
    fhir.answer = () => Promise.reject(new WardError("invalid-request"));
    assert.equal(await post("application/fhir+json"), 400);
    assert.deepEqual(fhir.calls[0]?.call.body, "<a/>");
  });
});

test("takes and gives a Binary by what it holds, to who speaks no FHIR", async () => {
  await withGateway(async ({ send, fhir }) => {
    const path = "/fhir/R4/Binary/b1";
    const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0x00]);
    const binary = { resourceType: "Binary", contentType: "image/png", data: png.toString("base64") };
    fhir.answer = () => Promise.resolve({ status: 200, etag: 'W/"2"', json: Buffer.from(JSON.stringify(binary)) });
    const get = (accept: string, query = "", method = "GET") =>
      send({ method, path: path + query, headers: { authorization: NURSE, accept } });
    const whole = await get("text/html, image/*;q=0.8");
    assert.deepEqual([whole.status, whole.headers["content-type"], whole.headers.etag], [200, "image/png", 'W/"2"']);
    assert.equal(whole.headers["content-length"], "6");
    assert.equal((await get("image/png", "/_history/2")).headers["content-length"], "6");
    assert.deepEqual([(await get("image/png", "", "HEAD")).headers["content-length"]], ["6"]);
    for (const accept of ["*/*", "application/fhir+json", "", "image/png, application/*"]) {
      assert.equal((await get(accept)).headers["content-type"], "application/fhir+json; charset=utf-8", accept);
    }
    assert.equal(
      (await get("image/png", "?_format=json")).headers["content-type"],
      "application/fhir+json; charset=utf-8",
    );
    for (const accept of ["text/plain", "image/png;q=0", "application/fhir+xml"])
      assert.equal((await get(accept)).status, 406);
    for (const place of ["/fhir/R4/Patient/p1", "/fhir/R4/Binary/b1/_history", "/fhir/R4/Binary"]) {
      assert.equal(
        (await send({ path: place, headers: { authorization: NURSE, accept: "image/png" } })).status,
        406,
        place,
      );
    }
    fhir.calls.length = 0;
    fhir.answer = () => Promise.resolve({ status: 201 });
    const headers = {
      authorization: NURSE,
      "content-type": "text/plain; charset=utf-8",
      "x-security-context": "Patient/p1",
    };
    assert.equal((await send({ method: "POST", path: "/fhir/R4/Binary", headers, body: "héllo" })).status, 201);
    assert.equal((await send({ method: "PUT", path, headers, body: "" })).status, 201);
    const common = {
      resourceType: "Binary",
      contentType: headers["content-type"],
      securityContext: { reference: "Patient/p1" },
    };
    assert.deepEqual(
      fhir.calls.map(({ call }) => JSON.parse(call.body as string) as unknown),
      [
        { ...common, data: Buffer.from("héllo").toString("base64") },
        { ...common, id: "b1" },
      ],
    );
    for (const type of ["application/fhir+xml", "text/xml", "nonsense", "a/b; c"]) {
      const refused = await send({
        method: "POST",
        path: "/fhir/R4/Binary",
        headers: { ...headers, "content-type": type },
        body: "x",
      });
      assert.equal(refused.status, 415, type);
    }
    assert.equal((await send({ method: "POST", path: "/fhir/R4/Patient", headers, body: "x" })).status, 415);
  });
});
