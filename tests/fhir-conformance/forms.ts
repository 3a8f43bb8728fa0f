/** Media types, `_format`, headers, the CapabilityStatement, and input that nobody should send. */
import assert from "node:assert/strict";
import { answers, expectOutcome, type Case, type CaseGroup } from "./case.ts";
import { patient } from "./rest.ts";
import type { Json } from "./server.ts";

const XML = "<Patient xmlns='http://hl7.org/fhir'/>";

export const FORMS: CaseGroup = {
  title: "Media types, metadata and methods",
  cases: [
    answers(
      "accept-fhir-json",
      "`Accept`",
      "metadata",
      { headers: { accept: "application/fhir+json" } },
      200,
      isFhirJson,
    ),
    answers("accept-json", "`Accept`", "metadata", { headers: { accept: "application/json" } }, 200),
    answers("accept-any", "`Accept`", "metadata", { headers: { accept: "*/*" } }, 200, isFhirJson),
    answers(
      "accept-version",
      "`Accept` with fhirVersion",
      "metadata",
      { headers: { accept: "application/fhir+json; fhirVersion=4.0" } },
      200,
    ),
    answers(
      "accept-browser",
      "`Accept` of a browser",
      "metadata",
      { headers: { accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" } },
      200,
    ),
    {
      ...answers(
        "accept-xml",
        "`Accept: application/fhir+xml`",
        "metadata",
        { headers: { accept: "application/fhir+xml" } },
        406,
      ),
      isRefused: true,
    },
    {
      ...answers(
        "create-xml",
        "XML body",
        "Patient",
        { method: "POST", body: XML, headers: { "content-type": "application/fhir+xml" } },
        415,
      ),
      isRefused: true,
    },
    {
      id: "binary-native",
      feature: "Binary in its native form",
      sent: "`POST Binary` with `content-type: text/csv`, body `a,b`; then `GET` with `accept: text/csv`",
      holds: "answers 201 with a Binary, and then its content; as FHIR where FHIR is accepted",
      async run(server) {
        const made = await server.send("Binary", {
          method: "POST",
          body: "a,b",
          headers: { "content-type": "text/csv" },
        });
        assert.equal(made.status, 201, made.text);
        assert.equal(made.body.data, "YSxi");
        const read = await server.get(`Binary/${made.body.id}`, { accept: "text/csv" });
        assert.deepEqual([read.status, read.text, read.headers.get("content-type")], [200, "a,b", "text/csv"]);
        assert.equal((await server.get(`Binary/${made.body.id}`)).body.contentType, "text/csv");
        assert.equal((await server.get(`Binary/${made.body.id}`, { accept: "image/png" })).status, 406);
      },
    },
    answers(
      "create-no-media-type",
      "body of another media type",
      "Patient",
      { method: "POST", body: "x", headers: { "content-type": "text/plain" } },
      415,
    ),
    answers(
      "create-json",
      "body as `application/json`",
      "Patient",
      { method: "POST", body: patient(), headers: { "content-type": "application/json" } },
      201,
    ),
    answers(
      "create-charset",
      "body in another charset",
      "Patient",
      { method: "POST", body: patient(), headers: { "content-type": "application/fhir+json; charset=iso-8859-1" } },
      415,
    ),
    answers(
      "format-json",
      "`_format=json`",
      "metadata?_format=json",
      { headers: { accept: "text/html" } },
      200,
      isFhirJson,
    ),
    answers(
      "format-fhir-json",
      "`_format=application/fhir+json`",
      "metadata?_format=application/fhir%2Bjson",
      {},
      200,
      isFhirJson,
    ),
    { ...answers("format-xml", "`_format=xml`", "metadata?_format=xml", {}, 406), isRefused: true },
    answers("format-search", "`_format` beside criteria", "Patient?gender=male&_format=json", {}, 200),
    answers("format-xml-search", "`_format=xml` beside criteria", "Patient?gender=male&_format=xml", {}, 406),
    answers("pretty", "`_pretty=true`", "Patient?gender=zzz&_pretty=true", {}, 200, (answer) =>
      assert.match(answer.text, /\n {2}"/),
    ),
    capability(),
    answers("metadata-mode", "`metadata?mode=full`", "metadata?mode=full", {}, 200),
    answers("method-unknown", "unknown method", "Patient", { method: "PROPFIND" }, [400, 405, 501]),
    answers(
      "post-to-instance",
      "`POST` to an instance",
      "Patient/1",
      { method: "POST", body: patient() },
      [400, 404, 405],
    ),
    answers(
      "operation-unknown",
      "operation that there is not",
      "Patient/$nonsense",
      { method: "POST", body: { resourceType: "Parameters" } },
      [400, 404, 405, 501],
    ),
    answers("path-too-long", "path below a version", "Patient/1/_history/1/more", {}, [400, 404]),
    answers("base-get", "`GET` of the base", "", {}, [400, 404, 405]),
    made(
      "trailing-slash",
      "trailing slash",
      "`GET Patient/` with a criterion",
      "is answered like without, or refused",
      async (server) => {
        assert.ok([200, 400, 404].includes((await server.get("Patient/?gender=zzz")).status));
      },
    ),
    made("options", "`OPTIONS`", "`OPTIONS Patient`", "does not fail", async (server) => {
      const { status } = await server.send("Patient", { method: "OPTIONS" });
      assert.ok([200, 204, 405].includes(status), String(status));
    }),
    made(
      "host-in-links",
      "links behind another name",
      "`GET Patient?gender=zzz` with `X-Forwarded-Host: evil.example`",
      "does not take the name into links",
      async (server) => {
        const { text } = await server.get("Patient?gender=zzz", { "x-forwarded-host": "evil.example" });
        assert.doesNotMatch(text, /evil/);
      },
    ),
  ],
};

const deep = (levels: number): string => `${'{"extension":['.repeat(levels)}${"]}".repeat(levels)}`;

export const ODD: CaseGroup = {
  title: "Odd input",
  cases: [
    body(
      "odd-duplicate-member",
      "a member twice",
      '{"resourceType":"Patient","gender":"male","gender":"female"}',
      [400, 422],
    ),
    body("odd-proto", "a member `__proto__`", '{"resourceType":"Patient","__proto__":{"gender":"male"}}', [400, 422]),
    body(
      "odd-constructor",
      "a member `constructor`",
      '{"resourceType":"Patient","constructor":{"prototype":{}}}',
      [400, 422],
    ),
    body("odd-null", "`null` as a value", '{"resourceType":"Patient","gender":null}', [400, 422]),
    body("odd-empty-object", "an empty object", '{"resourceType":"Patient","maritalStatus":{}}', [400, 422]),
    body("odd-empty-array", "an empty array", '{"resourceType":"Patient","name":[]}', [400, 422]),
    body("odd-empty-string", "an empty string", '{"resourceType":"Patient","birthDate":""}', [400, 422]),
    body("odd-blank-string", "a string of spaces", '{"resourceType":"Patient","language":"  "}', [400, 422]),
    body("odd-number-as-text", "a number as text", '{"resourceType":"Patient","multipleBirthInteger":"2"}', [400, 422]),
    body("odd-text-as-number", "text as a number", '{"resourceType":"Patient","birthDate":1974}', [400, 422]),
    body("odd-boolean-as-text", "a boolean as text", '{"resourceType":"Patient","active":"true"}', [400, 422]),
    body(
      "odd-infinite",
      "a number beyond IEEE 754",
      '{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":1e999}}',
      [400, 422],
      "Observation",
    ),
    body(
      "odd-lone-surrogate",
      "half a surrogate pair",
      '{"resourceType":"Patient","name":[{"family":"\\ud800"}]}',
      [400, 422],
    ),
    body("odd-nul", "U+0000", '{"resourceType":"Patient","name":[{"family":"a\\u0000b"}]}', [400, 422]),
    body("odd-comment", "comments in JSON", '{"resourceType":"Patient" /* x */}', [400]),
    body("odd-trailing-comma", "a trailing comma", '{"resourceType":"Patient",}', [400]),
    body("odd-two-documents", "two documents", '{"resourceType":"Patient"}{"resourceType":"Patient"}', [400]),
    body(
      "odd-script",
      "a script in narrative",
      patient({
        text: { status: "generated", div: '<div xmlns="http://www.w3.org/1999/xhtml"><script>1</script></div>' },
      }),
      [400, 422],
    ),
    body(
      "odd-handler",
      "an event handler in narrative",
      patient({
        text: { status: "generated", div: '<div xmlns="http://www.w3.org/1999/xhtml"><p onclick="x()">a</p></div>' },
      }),
      [400, 422],
    ),
    body(
      "odd-javascript-link",
      "a javascript: link in narrative",
      patient({
        text: {
          status: "generated",
          div: '<div xmlns="http://www.w3.org/1999/xhtml"><a href="javascript:x()">a</a></div>',
        },
      }),
      [400, 422],
    ),
    body("odd-deep", "depth 1,000", `{"resourceType":"Patient","extension":[${deep(1000)}]}`, [400, 413, 422]),
    body("odd-deeper", "depth 100,000", `{"resourceType":"Patient","extension":[${deep(100_000)}]}`, [400, 413, 422]),
    body("odd-many-brackets", "a million brackets", "[".repeat(1_000_000), [400, 413, 422]),
    made(
      "odd-bom",
      "a byte order mark",
      "`POST Patient`, body after U+FEFF",
      "is taken or refused, and does not fail",
      async (server) => {
        const { status } = await server.send("Patient", { method: "POST", body: `\uFEFF${JSON.stringify(patient())}` });
        assert.ok([201, 400].includes(status), String(status));
      },
    ),
    made(
      "odd-not-utf8",
      "bytes that are not UTF-8",
      "`POST Patient` with 0xFF in a name",
      "is refused with 400",
      async (server) => {
        const bytes = Buffer.concat([
          Buffer.from('{"resourceType":"Patient","name":[{"family":"'),
          Buffer.from([0xff]),
          Buffer.from('"}]}'),
        ]);
        expectOutcome(await server.send("Patient", { method: "POST", body: bytes }), [400]);
      },
    ),
    made(
      "odd-emoji",
      "characters beyond the BMP, joiners and right-to-left",
      "a Patient with such a name",
      "is read back the same and found",
      async (server) => {
        const family = "𠮷野‍👩‍⚕️ אבג";
        const { body: created } = await server.send("Patient", {
          method: "POST",
          body: patient({ name: [{ family }] }),
        });
        assert.equal((await server.get(`Patient/${created.id}`)).body.name[0].family, family);
        const found = await server.get(`Patient?family:exact=${encodeURIComponent(family)}`);
        assert.equal(found.body.total, 1);
      },
    ),
    made(
      "odd-decimal",
      "decimals as they were written",
      "`valueQuantity.value` of `0.010`, `1.00`, `1e2`, `100000000000000000000.5`",
      "is read back with the same digits",
      async (server) => {
        for (const written of ["0.010", "1.00", "1e2", "100000000000000000000.5", "-0.0"]) {
          const text = `{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":${written}}}`;
          const created = await server.send("Observation", { method: "POST", body: text });
          assert.equal(created.status, 201, created.text.slice(0, 200));
          const read = await server.get(`Observation/${created.body.id}`);
          assert.ok(read.text.includes(`"value":${written}`), `${written} → ${/"value":[^,}]*/.exec(read.text)?.[0]}`);
        }
      },
    ),
    made(
      "odd-large",
      "50 MB",
      "`POST Patient` of 50 MB",
      "is refused with 413, or the connection ends; nothing is stored",
      async (server) => {
        const text = `{"resourceType":"Patient","name":[{"family":"${"x".repeat(50_000_000)}"}]}`;
        const status = await server.send("Patient", { method: "POST", body: text }).then(
          ({ status: answered }) => answered,
          () => "ended",
        );
        assert.ok(status === 413 || status === "ended", String(status));
        assert.equal((await server.get("Patient?family=xxxxxxxxxx")).body.total, 0);
      },
    ),
    answers("odd-percent", "a broken percent-encoding", "Patient?family=%E0%A4%A", {}, [200, 400]),
    answers("odd-traversal", "dots in the path", "Patient/../metadata", {}, [200, 400, 404]),
    answers("odd-encoded-slash", "an encoded slash in the id", "Patient/a%2Fb", {}, [400, 404]),
    answers("odd-sql", "SQL in a value", "Patient?family=x'; drop table fhir.record; --", {}, 200, (answer) =>
      assert.equal(answer.body.total, 0),
    ),
    answers(
      "odd-parameter-name",
      "SQL in a name",
      "Patient?family' or 1=1=x",
      { headers: { prefer: "handling=strict" } },
      400,
    ),
    answers(
      "odd-many-values",
      "5,000 values",
      `Patient?_id=${Array.from({ length: 1_000 }, (_, at) => `n${at}`).join(",")}`,
      {},
      [200, 400, 413, 414, 431],
    ),
    answers(
      "odd-repeated-chain",
      "a chain of 50",
      `Observation?subject${".general-practitioner:Patient".repeat(10)}.name=x`,
      {},
      [200, 400],
    ),
    answers("odd-empty-value", "an empty value", "Patient?family=&gender=zzz", {}, [200, 400]),
    answers("odd-only-comma", "a comma alone", "Patient?gender=,", {}, [200, 400]),
    answers("odd-trailing-backslash", "a backslash at the end", "Patient?family=x\\", {}, [200, 400]),
    answers("odd-count-huge", "`_count` of 10^20", "Patient?gender=zzz&_count=100000000000000000000", {}, [200, 400]),
  ],
};

function made(id: string, feature: string, sent: string, holds: string, run: Case["run"]): Case {
  return { id, feature, sent, holds, run };
}

function isFhirJson(answer: { readonly headers: Headers }): void {
  assert.match(answer.headers.get("content-type") ?? "", /^application\/fhir\+json/);
}

function body(id: string, feature: string, sent: string | Json, statuses: readonly number[], type = "Patient"): Case {
  const shown =
    typeof sent === "string" && sent.length > 120
      ? "`POST` of such a body"
      : `\`POST ${type}\` ${"`"}${typeof sent === "string" ? sent : "…"}${"`"}`;
  return made(
    id,
    feature,
    shown,
    `is refused with ${statuses.join(" or ")} and an OperationOutcome; nothing is stored`,
    async (server) => {
      const before = await newest(server, type);
      expectOutcome(await server.send(type, { method: "POST", body: sent }), statuses);
      assert.equal(await newest(server, type), before);
    },
  );
}

async function newest(
  server: { get(path: string): Promise<{ body: { entry?: readonly { fullUrl: string }[] } }> },
  type: string,
): Promise<string | undefined> {
  return (await server.get(`${type}/_history?_count=1`)).body.entry?.[0]?.fullUrl;
}

function capability(): Case {
  return made(
    "metadata",
    "capabilities",
    "`GET metadata`",
    "answers a CapabilityStatement of R4 that lists types, interactions and search parameters",
    async (server) => {
      const answer = await (await server.as([])).get("metadata");
      assert.equal(answer.status, 200);
      const statement = answer.body;
      assert.equal(statement.resourceType, "CapabilityStatement");
      assert.equal(statement.fhirVersion, "4.0.1");
      assert.equal(statement.kind, "instance");
      assert.ok(statement.format.some((format: string) => format.includes("json")));
      const [rest] = statement.rest;
      assert.equal(rest.mode, "server");
      const entry = rest.resource.find(({ type }: Json) => type === "Patient");
      const codes = entry.interaction.map(({ code }: Json) => code);
      for (const code of [
        "read",
        "vread",
        "update",
        "patch",
        "delete",
        "history-instance",
        "history-type",
        "create",
        "search-type",
      ]) {
        assert.ok(codes.includes(code), code);
      }
      assert.ok(entry.searchParam.some(({ name, type }: Json) => name === "birthdate" && type === "date"));
      assert.ok(rest.resource.length > 140, "every R4 type");
      assert.ok(rest.interaction.some(({ code }: Json) => code === "transaction"));
      // What is said of itself must be valid too.
      const judged = await server.send("CapabilityStatement/$validate", { method: "POST", body: statement });
      assert.ok(
        judged.body.issue.every(({ severity }: Json) => severity !== "error" && severity !== "fatal"),
        judged.text.slice(0, 500),
      );
    },
  );
}
