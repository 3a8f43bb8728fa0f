import assert from "node:assert/strict";
import { test } from "node:test";
import { WardError } from "@ward/core";
import { startHttpGateway } from "./http-gateway.ts";
import { httpManifest, NURSE, testCa, withGateway } from "./testing.ts";

const FHIR = { authorization: NURSE, "content-type": "application/fhir+json" };

test("says whether the node is ready, without a token", async () => {
  await withGateway(async ({ send }) => {
    const ready = await send({ path: "/healthz" });
    assert.equal(ready.status, 200);
    assert.deepEqual(ready.json(), { status: "ok" });
  });
  await withGateway(async ({ send }) => assert.equal((await send({ path: "/healthz" })).status, 503), {
    health: () => false,
  });
  const failing = { health: () => Promise.reject(new Error("down")) };
  await withGateway(async ({ send }) => assert.equal((await send({ path: "/healthz" })).status, 503), failing);
});

test("shows a person who opens the address what runs here", async () => {
  await withGateway(async ({ send, lines }) => {
    const page = await send({ path: "/" });
    assert.equal(page.status, 404);
    assert.match(page.headers["content-type"] ?? "", /^text\/html/);
    assert.match(page.text, /<html lang="en">[^]*<h1>/);
    assert.equal(lines[0]?.route, "/");
  });
});

test("puts headers on every answer that keep it out of caches, frames and sniffers, and names no product", async () => {
  await withGateway(async ({ send }) => {
    for (const path of ["/", "/healthz", "/nowhere", "/fhir/R4/Patient/p1"]) {
      const { headers } = await send({ path });
      assert.equal(headers["cache-control"], "no-store", path);
      assert.equal(headers["x-content-type-options"], "nosniff");
      assert.match(headers["strict-transport-security"] ?? "", /max-age=\d{8}/);
      assert.equal(headers["referrer-policy"], "no-referrer");
      assert.match(String(headers["content-security-policy"]), /^default-src 'none'.*frame-ancestors 'none'/);
      assert.match(String(headers["ward-trace"]), /^[0-9a-f]{32}$/);
      assert.equal(headers.server, undefined);
      assert.equal(headers["x-powered-by"], undefined);
    }
  });
});

test("asks for a token, and refuses a wrong one also where none is needed", async () => {
  await withGateway(async ({ send, fhir, functions }) => {
    const none = await send({ path: "/fhir/R4/Patient/p1" });
    assert.equal(none.status, 401);
    assert.equal(none.headers["www-authenticate"], 'Bearer realm="ward"');
    const wrong = { authorization: "Bearer wrong" };
    assert.equal((await send({ path: "/fhir/R4/Patient/p1", headers: wrong })).status, 401);
    assert.equal((await send({ method: "POST", path: "/fn/visits/7", headers: wrong })).status, 401);
    assert.equal(fhir.calls.length + functions.calls.length, 0);
  });
});

test("records who did not prove their identity before it answers, and refuses all the same where it cannot", async () => {
  const traces: string[] = [];
  const onUnauthenticated = async (trace: string): Promise<void> => {
    await new Promise(setImmediate);
    traces.push(trace);
    if (traces.length === 2) throw new WardError("record-unavailable");
  };
  await withGateway(
    async ({ send, fhir }) => {
      for (const count of [1, 2]) {
        assert.equal((await send({ path: "/fhir/R4/Patient/p1" })).status, 401);
        assert.equal(traces.length, count);
      }
      await send({ path: "/fhir/R4/Patient/p1", headers: { authorization: NURSE } });
      await send({ path: "/nowhere" });
      assert.equal(traces.length, 2);
      assert.equal(fhir.calls.length, 1);
    },
    { onUnauthenticated },
  );
});

test("answers HEAD as GET without the body", async () => {
  await withGateway(async ({ send }) => {
    const head = await send({ method: "HEAD", path: "/healthz" });
    assert.equal(head.status, 200);
    assert.equal(head.text, "");
    assert.equal(head.headers["content-length"], "15");
  });
});

test("calls a function with parameters, query, body and caller", async () => {
  await withGateway(async ({ send, functions, lines }) => {
    const json = { "content-type": "application/json" };
    const answer = await send({
      method: "POST",
      path: "/fn/visits/a%20b?day=2026-03-02",
      headers: json,
      body: '{"n":1}',
    });
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.json(), { ok: true });
    await send({ method: "POST", path: "/fn/visits/7", headers: { authorization: NURSE } });
    const [anonymous, nurse] = functions.calls;
    assert.deepEqual(anonymous?.request, {
      method: "POST",
      path: "visits/a%20b",
      params: { id: "a b" },
      query: { day: "2026-03-02" },
      body: { n: 1 },
      caller: "public",
    });
    assert.deepEqual(anonymous.caller.principal, { kind: "service", id: "public" });
    assert.equal(anonymous.caller.purpose, undefined);
    assert.equal(nurse?.request.caller, "person:nurse-1");
    assert.equal(nurse.caller.purpose, "TREAT");
    assert.deepEqual(
      lines.map(({ route, status }) => [route, status]),
      [
        ["/fn/visits/:id", 200],
        ["/fn/visits/:id", 200],
      ],
    );
  });
});

test("checks a body against the trigger's schema before a function starts", async () => {
  await withGateway(async ({ send, functions }) => {
    functions.manifest = httpManifest({
      body: { type: "object", required: ["day"], properties: { day: { type: "string", format: "date" } } },
    });
    const json = { "content-type": "application/json" };
    const post = (body?: string) =>
      send({ method: "POST", path: "/fn/visits/7", ...(body === undefined ? {} : { headers: json, body }) });
    const wrong = await post('{"day":"Ravensworth"}');
    assert.equal(wrong.status, 400);
    assert.deepEqual((wrong.json() as { issues: unknown }).issues, ["/day: format"]);
    assert.doesNotMatch(wrong.text, /Ravensworth/);
    assert.equal((await post("{}")).status, 400);
    assert.equal((await post()).status, 400, "no body where the schema asks for an object");
    assert.equal(functions.calls.length, 0);
    assert.equal((await post('{"day":"2026-03-02"}')).status, 200);
  });
});

test("turns a function's answer and failure into HTTP", async () => {
  await withGateway(async ({ send, functions }) => {
    const call = () => send({ method: "POST", path: "/fn/visits/7" });
    functions.answer = () => Promise.resolve({ status: 202 });
    assert.equal((await call()).status, 202);
    functions.answer = () => Promise.resolve({});
    assert.equal((await call()).status, 204);
    functions.answer = () => Promise.resolve({ status: 99 });
    assert.equal((await call()).status, 502);
    functions.answer = () => Promise.reject(new WardError("function-overloaded"));
    const busy = await call();
    assert.equal(busy.status, 503);
    assert.equal(busy.headers["retry-after"], "1");
    assert.equal((busy.json() as { code: string }).code, "function-overloaded");
    assert.equal((await send({ path: "/fn/visits/7" })).headers.allow, "POST");
    assert.equal((await send({ path: "/fn/nothing" })).status, 404);
  });
});

test("logs methods, route patterns and codes, and no part of a URL", async () => {
  await withGateway(async ({ send, lines }) => {
    await send({ path: "/fhir/R4/Patient?family=Ravensworth", headers: FHIR });
    await send({ path: "/fhir/R4/Patient/SB4471902", headers: FHIR });
    await send({ path: "/fhir/R4/Ravensworth", headers: FHIR });
    await send({ path: "/Ravensworth/SB4471902?x=SB4471902" });
    await send({ method: "POST", path: "/fn/visits/SB4471902?name=Ravensworth" });
    assert.doesNotMatch(JSON.stringify(lines), /Ravensworth|SB4471902/);
    assert.deepEqual(
      lines.map(({ route }) => route),
      ["/fhir/R4/Patient", "/fhir/R4/Patient/:id", "/fhir/R4/:unknown", "unmatched", "/fn/visits/:id"],
    );
  });
});

test("finishes the request in work when it closes", async () => {
  let finish: (() => void) | undefined;
  const started = Promise.withResolvers<void>();
  let answer: Promise<{ status: number }> | undefined;
  await withGateway(async ({ send, functions, gateway }) => {
    functions.answer = async () => {
      await new Promise<void>((resolve) => {
        finish = resolve;
        started.resolve();
      });
      return { status: 201 };
    };
    answer = send({ method: "POST", path: "/fn/visits/7" });
    await started.promise;
    const closed = gateway.close();
    finish?.();
    await closed;
  });
  assert.equal((await answer)?.status, 201);
});

test("says which port is in use", async () => {
  await withGateway(async ({ gateway, fhir, functions }) => {
    const { tls } = await testCa();
    const authenticate = () => Promise.reject(new WardError("unauthenticated"));
    await assert.rejects(
      startHttpGateway({ port: gateway.port, host: "127.0.0.1", tls, fhir, functions, authenticate }),
      (error) =>
        error instanceof WardError &&
        error.code === "startup-failed" &&
        error.detail["reason"] === "port-in-use" &&
        error.detail["port"] === gateway.port,
    );
  });
});

test("speaks plain HTTP to this machine where it is told to, and to no other", async () => {
  await withGateway(
    async ({ gateway }) => {
      assert.match(gateway.url, /^http:\/\/127\.0\.0\.1:\d+$/);
      const answer = await fetch(`${gateway.url}/fhir/R4/Patient/p1`, { headers: { authorization: NURSE } });
      assert.equal(answer.status, 200);
    },
    { tls: undefined },
  );
  await assert.rejects(
    withGateway(async () => undefined, { tls: undefined, host: "0.0.0.0" }),
    (error: WardError) => error.code === "startup-failed" && error.detail["reason"] === "http-plain-needs-loopback",
  );
});
