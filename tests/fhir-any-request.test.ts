import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import { encoded } from "./fhir-conformance/case.ts";
import { storeSearchData } from "./fhir-conformance/search-data.ts";
import { startFhirServer, type FhirServer } from "./fhir-conformance/server.ts";

const RUNS = Number(process.env["WARD_FHIR_REQUESTS"] ?? 1_500);

const type = fc.constantFrom(
  "Patient",
  "Observation",
  "Encounter",
  "ValueSet",
  "Bundle",
  "Binary",
  "Nonsense",
  "*",
  "Parameters",
  "OperationOutcome",
);
const id = fc.constantFrom(
  "@p1",
  "@o1",
  "nobody",
  "a_b",
  "$everything",
  "$lastn",
  "$validate",
  "_history",
  "_search",
  "*",
  "%00",
  "é",
);
const name = fc.constantFrom(
  ..."_id _lastUpdated _tag _profile _security _source _text _content _list _has _type _filter _query _sort _count _total _summary _elements _include _revinclude _contained _containedType _cursor _format _pretty _since _at name family birthdate gender identifier code date subject patient value-quantity code-value-quantity component-code-value-quantity url general-practitioner link near start end max constructor __proto__ toString".split(
    " ",
  ),
);
const modifier = fc.constantFrom(
  ..." :exact :contains :not :missing :text :in :not-in :below :above :of-type :identifier :Patient :Group :Nonsense :iterate : :: .name :Patient.name .general-practitioner.name .nonsense :Observation:patient:code :Observation:patient :Observation:patient:_has:Encounter:subject:status".split(
    " ",
  ),
);
const value = fc.oneof(
  fc.constantFrom(
    ..."male 1974 1974-12-25 ge1974 ap2020-01-01T00:00:00Z 2020-02-30 5.4 5.4|http://unitsofmeasure.org|kg 1e999 -1e-400 70||[lb_av] | || ||| a|b|c|d , ,, $ a$b$c \\ \\, \\| true false maybe Patient/@p1 @p1 http://x.example/Patient/1 urn:uuid:1 #x * Observation:subject Observation:subject:Patient Observation:* *:* -date date,-code --date 0 -1 9999999999999999999999 accurate none count text data json xml application/fhir+json http://vs.example/a http://nowhere.example/vs|2 AAAA __proto__".split(
      " ",
    ),
  ),
  fc.string({ maxLength: 12, unit: "grapheme" }),
);
const query = fc
  .array(fc.tuple(name, modifier, value), { maxLength: 5 })
  .map((parts) => parts.map(([one, two, three]) => `${one}${two}=${encodeURIComponent(three)}`).join("&"));
const path = fc
  .tuple(fc.array(fc.oneof(type, id), { maxLength: 4 }), query)
  .map(([segments, text]) => `${segments.join("/")}?${text}`);
const json = fc.oneof(
  fc.jsonValue({ maxDepth: 5 }),
  fc.record(
    {
      resourceType: type,
      id: fc.option(id, { nil: undefined }),
      meta: fc.jsonValue({ maxDepth: 3 }),
      name: fc.jsonValue({ maxDepth: 3 }),
    },
    { requiredKeys: ["resourceType"] },
  ),
  fc.record({
    resourceType: fc.constant("Bundle"),
    type: fc.constantFrom("batch", "transaction", "document", "nonsense"),
    entry: fc.array(
      fc.record(
        {
          fullUrl: fc.constantFrom("urn:uuid:11111111-1111-4111-8111-111111111111", "x", "http://a.example/Patient/1"),
          resource: fc.jsonValue({ maxDepth: 3 }),
          request: fc.record(
            {
              method: fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "X"),
              url: path,
              ifNoneExist: query,
              ifMatch: value,
            },
            { requiredKeys: ["method", "url"] },
          ),
        },
        { requiredKeys: [] },
      ),
      { maxLength: 4 },
    ),
  }),
  fc.array(
    fc.record(
      {
        op: fc.constantFrom("add", "remove", "replace", "move", "copy", "test", "x"),
        path: fc.constantFrom("", "/", "/name/0", "/name/-", "/id", "/__proto__", "/a~2"),
        value: fc.jsonValue({ maxDepth: 2 }),
        from: fc.constantFrom("/name", "/", "/name/0/given"),
      },
      { requiredKeys: ["op", "path"] },
    ),
    { maxLength: 3 },
  ),
);
const headers = fc.record(
  {
    "content-type": fc.constantFrom(
      "application/fhir+json",
      "application/json",
      "application/json-patch+json",
      "application/x-www-form-urlencoded",
      "text/plain",
      "nonsense",
      "application/fhir+xml",
    ),
    accept: fc.constantFrom("*/*", "application/fhir+json", "text/html", ";;;", "application/json;q=0"),
    prefer: fc.constantFrom("return=minimal", "return=nonsense", "handling=strict", "handling=lenient", ",,,"),
    "if-match": fc.constantFrom('W/"1"', "*", "x", '"999999999999999999999"'),
    "if-none-match": fc.constantFrom('W/"1"', "*", "x"),
    "if-modified-since": fc.constantFrom("yesterday", "Sat, 01 Jan 2000 00:00:00 GMT"),
    "if-none-exist": query.filter((text) => /^[\x20-\x7e]*$/.test(text)),
  },
  { requiredKeys: [] },
);

describe("whatever is asked", () => {
  let server: FhirServer;
  before(async () => {
    server = await startFhirServer();
    await storeSearchData(server);
  });
  after(async () => await server.close());

  it("the node answers, never with a failure of its own, and with JSON where it says so", async () => {
    const method = fc.constantFrom("GET", "GET", "GET", "POST", "PUT", "PATCH", "DELETE");
    const property = fc.asyncProperty(
      method,
      path,
      fc.option(json, { nil: undefined }),
      headers,
      async (verb, target, body, sent) => {
        const request = { method: verb, headers: sent, ...(verb === "GET" || body === undefined ? {} : { body }) };
        const answer = await server.send(encoded(target), request);
        assert.ok(answer.status < 500 || answer.status === 501, `${answer.status} ${answer.text.slice(0, 300)}`);
        if (answer.status >= 400)
          assert.equal(answer.body?.resourceType, "OperationOutcome", answer.text.slice(0, 300));
        else if (answer.text !== "")
          assert.equal(typeof answer.body?.resourceType, "string", answer.text.slice(0, 300));
        for (const { response } of answer.body?.resourceType === "Bundle" ? (answer.body.entry ?? []) : []) {
          assert.doesNotMatch(response?.status ?? "", /^50[02-9]/, answer.text.slice(0, 600));
        }
      },
    );
    await fc.assert(property, { numRuns: RUNS });
  });
});
