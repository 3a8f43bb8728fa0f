import assert from "node:assert/strict";
import { test } from "node:test";
import { connect } from "node:tls";
import { NURSE, testCa, withGateway } from "./testing.ts";

const HOST = "host: localhost\r\n";
const CLOSE = "connection: close\r\n";

function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
}

/** How many answers came: more than were asked for means that a request was smuggled in. */
function answersIn(answer: string): number {
  return answer.split("HTTP/1.1 ").length - 1;
}

test("refuses requests that two readers could cut in two ways", async () => {
  await withGateway(async ({ sendRaw, functions, fhir }) => {
    const smuggled =
      "0\r\n\r\nGET /fhir/R4/Patient/p1 HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer nurse\r\n\r\n";
    const attempts = [
      `POST /fn/visits/7 HTTP/1.1\r\n${HOST}content-length: 6\r\ntransfer-encoding: chunked\r\n\r\n${smuggled}`,
      `POST /fn/visits/7 HTTP/1.1\r\n${HOST}content-length: 0\r\ncontent-length: 40\r\n\r\n${smuggled}`,
      `POST /fn/visits/7 HTTP/1.1\r\n${HOST}transfer-encoding: chunked, identity\r\n\r\n${smuggled}`,
      `POST /fn/visits/7 HTTP/1.1\r\n${HOST}transfer-encoding : chunked\r\n\r\n${smuggled}`,
      `POST /fn/visits/7 HTTP/1.1\r\n${HOST}content-length: +5\r\n\r\n${smuggled}`,
      `POST /fn/visits/7 HTTP/1.1\r\n${HOST}x: a\n\n${smuggled}`,
    ];
    for (const attempt of attempts) {
      const answer = await sendRaw(attempt);
      assert.equal(statusOf(answer), 400, JSON.stringify(attempt));
      assert.equal(answersIn(answer), 1, JSON.stringify(attempt));
    }
    assert.equal(functions.calls.length + fhir.calls.length, 0);
  });
});

test("refuses a header sent twice that may be sent once", async () => {
  await withGateway(async ({ sendRaw, fhir }) => {
    const twice = [
      `authorization: ${NURSE}\r\nauthorization: Bearer other\r\n`,
      "host: localhost\r\n",
      "if-match: a\r\nif-match: b\r\n",
    ];
    for (const headers of twice) {
      const answer = await sendRaw(`GET /fhir/R4/Patient/p1 HTTP/1.1\r\n${HOST}${CLOSE}${headers}\r\n`);
      assert.equal(statusOf(answer), 400, headers);
    }
    assert.equal(fhir.calls.length, 0);
  });
});

test("refuses names that are not the node's, and requests without one", async () => {
  await withGateway(
    async ({ sendRaw }) => {
      assert.equal(statusOf(await sendRaw(`GET /healthz HTTP/1.1\r\nhost: evil.example\r\n${CLOSE}\r\n`)), 400);
      assert.equal(statusOf(await sendRaw(`GET /healthz HTTP/1.1\r\n${CLOSE}\r\n`)), 400);
      assert.equal(statusOf(await sendRaw(`GET /healthz HTTP/1.1\r\nhost: Ward.Example:8443\r\n${CLOSE}\r\n`)), 200);
    },
    { names: ["ward.example"] },
  );
});

test("refuses paths that could be read in two ways", async () => {
  await withGateway(async ({ sendRaw, functions, fhir, lines }) => {
    const targets = [
      "/fn/../fhir/R4/Patient/p1",
      "/fn/%2e%2e/fhir/R4/Patient/p1",
      "/fn/visits%2f7",
      "/fn/visits/%5c7",
      "/fn/visits\\7",
      "//fn/visits/7",
      "/fn//visits/7",
      "/fn/visits/./7",
      "/fn/visits/%00",
      "/fn/visits/%zz",
      "/fn/visits/%ff",
      "/fn/visits/7#x",
      "https://localhost/fn/visits/7",
      "*",
    ];
    for (const target of targets) {
      const answer = await sendRaw(`POST ${target} HTTP/1.1\r\n${HOST}${CLOSE}content-length: 0\r\n\r\n`);
      assert.equal(statusOf(answer), 400, target);
    }
    assert.equal(functions.calls.length + fhir.calls.length, 0);
    assert(lines.every(({ route }) => route === "unmatched"));
  });
});

test("refuses parameters named twice", async () => {
  await withGateway(async ({ send, functions }) => {
    assert.equal((await send({ method: "POST", path: "/fn/visits/7?role=a&role=b" })).status, 400);
    assert.equal((await send({ method: "POST", path: "/fn/visits/7?__proto__=a" })).status, 200);
    assert.equal(Object.getPrototypeOf(functions.calls[0]?.request.query), Object.prototype);
  });
});

test("refuses methods, tunnels and upgrades that it does not know", async () => {
  await withGateway(async ({ sendRaw, send, functions, fhir }) => {
    assert.equal(statusOf(await sendRaw(`BREW / HTTP/1.1\r\n${HOST}\r\n`)), 400);
    assert.equal(statusOf(await sendRaw(`CONNECT localhost:5432 HTTP/1.1\r\n${HOST}\r\n`)), 405);
    const upgrade = `GET /healthz HTTP/1.1\r\n${HOST}connection: upgrade\r\nupgrade: websocket\r\n\r\n`;
    assert.equal(statusOf(await sendRaw(upgrade)), 400);
    for (const method of ["TRACE", "OPTIONS", "PROPFIND"]) {
      assert.equal(
        (await send({ method, path: "/fhir/R4/Patient/p1", headers: { authorization: NURSE } })).status,
        405,
      );
      assert.equal((await send({ method, path: "/fn/visits/7" })).status, 405);
    }
    assert.equal(functions.calls.length + fhir.calls.length, 0);
  });
});

test("refuses headers and bodies larger than the limit", async () => {
  await withGateway(
    async ({ send, sendRaw, functions }) => {
      const answer = await sendRaw(`GET /healthz HTTP/1.1\r\n${HOST}x: ${"a".repeat(20_000)}\r\n\r\n`);
      assert.equal(statusOf(answer), 431);
      const json = { "content-type": "application/json" };
      const large = JSON.stringify("a".repeat(3_000_000));
      assert.equal((await send({ method: "POST", path: "/fn/visits/7", headers: json, body: large })).status, 413);
      const chunked = { ...json, "transfer-encoding": "chunked" };
      assert.equal((await send({ method: "POST", path: "/fn/visits/7", headers: chunked, body: large })).status, 413);
      assert.equal(functions.calls.length, 0);
      const small = JSON.stringify("a".repeat(500));
      assert.equal((await send({ method: "POST", path: "/fn/visits/7", headers: json, body: small })).status, 200);
    },
    { limits: { bodyMaxBytes: 1_000 } },
  );
});

test("refuses JSON that is malformed, too deep, compressed or not UTF-8, and quotes none of it", async () => {
  await withGateway(async ({ send, functions }) => {
    const post = (body: string | Buffer, headers: object = {}) =>
      send({ method: "POST", path: "/fn/visits/7", headers: { "content-type": "application/json", ...headers }, body });
    const malformed = await post('{"name":"Ravensworth",}');
    assert.equal(malformed.status, 400);
    assert.doesNotMatch(malformed.text, /Ravensworth/);
    assert.equal((await post("[".repeat(500_000) + "]".repeat(500_000))).status, 400);
    assert.equal((await post(Buffer.from([0x22, 0xff, 0x22]))).status, 400);
    assert.equal((await post("{}", { "content-encoding": "gzip" })).status, 415);
    assert.equal((await post("{}", { "content-type": "text/plain" })).status, 415);
    assert.equal(functions.calls.length, 0);
    assert.equal(
      (await post(JSON.stringify(`${"[".repeat(1000)}"\\`))).status,
      200,
      "brackets in a string are no depth",
    );
  });
});

test("takes nothing of a body that ends inside a character into the next one", async () => {
  await withGateway(async ({ send, functions }) => {
    const headers = { "content-type": "application/json" };
    const post = (body: Buffer) => send({ method: "POST", path: "/fn/visits/7", headers, body });
    for (const end of [[0xc3], [0xf0, 0x9f]]) {
      assert.equal((await post(Buffer.from([0x22, 0x41, ...end]))).status, 400);
      assert.equal((await post(Buffer.from('"\u00e9"'))).status, 200);
      assert.equal(functions.calls.at(-1)?.request.body, "\u00e9");
    }
  });
});

test("hangs up on who sends headers or a body too slowly", async () => {
  await withGateway(
    async ({ sendRaw }) => {
      assert.equal(statusOf(await sendRaw(`GET /healthz HTTP/1.1\r\n${HOST}x: `)), 408);
      const slowBody = await sendRaw(
        `POST /fn/visits/7 HTTP/1.1\r\n${HOST}content-type: application/json\r\ncontent-length: 9\r\n\r\n{`,
      );
      assert([0, 400, 408].includes(statusOf(slowBody)));
    },
    { limits: { headersMs: 200, requestMs: 400 } },
  );
});

test("speaks no TLS older than 1.2", async () => {
  await withGateway(async ({ gateway }) => {
    const { caPem } = await testCa();
    const reached = await new Promise<string>((resolve) => {
      const socket = connect(
        {
          host: "127.0.0.1",
          port: gateway.port,
          ca: caPem,
          maxVersion: "TLSv1.1",
          minVersion: "TLSv1",
          ciphers: "DEFAULT@SECLEVEL=0",
        },
        () => resolve("connected"),
      );
      socket.on("error", () => resolve("refused"));
    });
    assert.equal(reached, "refused");
  });
});

test("a forged traceparent becomes a fresh trace id", async () => {
  await withGateway(async ({ send, lines }) => {
    for (const traceparent of [
      "Ravensworth",
      `00-${"0".repeat(32)}-b7ad6b7169203331-01`,
      `ff-${"a".repeat(32)}-b7ad6b7169203331-01`,
    ]) {
      await send({ path: "/healthz", headers: { traceparent } });
    }
    assert.equal(new Set(lines.map(({ trace }) => trace)).size, 3);
    assert(lines.every(({ trace }) => /^[0-9a-f]{32}$/.test(trace) && !/^0+$|^a+$/.test(trace)));
  });
});
