/** The formats of others, held against their schemas: SARIF's own, and of OSCAL's what a report uses. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { Ajv, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import { FRAMEWORK_IDS } from "../frameworks/catalog.ts";
import { runCheck } from "../run-check.ts";
import type { Format } from "./formats.ts";

const require = createRequire(import.meta.url);
const root = mkdtempSync(join(tmpdir(), "ward-schemas-"));
after(() => rmSync(root, { recursive: true }));

writeFileSync(
  join(root, "stack.yaml"),
  `Parameters: { Key: { Type: String } }
Resources:
  "a <b> & 'c'": { Type: AWS::SQS::Queue }
  Open: { Type: AWS::SQS::Queue, Properties: { KmsMasterKeyId: !Ref Key } }
  Waived:
    # ward:allow queue-is-encrypted reason="holds nothing" owner=dana@clinic.example expires=2027-01-01
    Type: AWS::SQS::Queue
`,
);
writeFileSync(join(root, "broken.yaml"), "Resources: { A: [\n");

async function output(format: Format): Promise<unknown> {
  const { output: text } = await runCheck({
    targets: ["."],
    cwd: root,
    format,
    failOn: "medium",
    strict: false,
    frameworks: FRAMEWORK_IDS,
    now: new Date("2026-03-02T12:00:00Z"),
    text: { paint: (_, plain) => plain, width: 80, verbose: false },
  });
  return JSON.parse(text);
}

function compile(schema: object, unicodeRegExp = true): ValidateFunction {
  const ajv = new Ajv({ allErrors: true, strict: false, unicodeRegExp });
  // The package is CommonJS: its function is what `require` gives.
  (addFormats as unknown as (to: Ajv) => void)(ajv);
  return ajv.compile(schema);
}

function assertValid(validate: ValidateFunction, value: unknown): void {
  validate(value);
  assert.deepEqual(validate.errors ?? [], []);
}

/** A list that is there has at least one item, as in all of OSCAL. */
const many = (items: object) => ({ type: "array", minItems: 1, items });
/** Only these members, those with a `!` always. */
function members(of: Readonly<Record<string, object>>) {
  const named = Object.entries(of).map(([name, schema]) => [name.replace("!", ""), schema] as const);
  const required = Object.keys(of).flatMap((name) => (name.endsWith("!") ? [name.slice(0, -1)] : []));
  return { type: "object", properties: Object.fromEntries(named), required, additionalProperties: false };
}

const text = { type: "string" };
const words = { type: "string", pattern: "^\\S(.*\\S)?$" };
const token = { type: "string", pattern: "^(\\p{L}|_)(\\p{L}|\\p{N}|[.\\-_])*$" };
const uuid = {
  type: "string",
  pattern: "^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[45][0-9A-Fa-f]{3}-[89ABab][0-9A-Fa-f]{3}-[0-9A-Fa-f]{12}$",
};
const moment = { type: "string", format: "date-time", pattern: "(Z|[+-][0-9]{2}:[0-9]{2})$" };
const uri = { type: "string", format: "uri" };
const props = many(members({ "name!": token, uuid: uuid, ns: uri, "value!": words, class: token, remarks: text }));

/** OSCAL 1.1.2, assessment results model (https://pages.nist.gov/OSCAL-Reference/models/v1.1.2/assessment-results/json-reference/). */
const OSCAL = members({
  "assessment-results!": members({
    "uuid!": uuid,
    "metadata!": members({ "title!": text, "last-modified!": moment, "version!": words, "oscal-version!": words }),
    "import-ap!": members({ "href!": { type: "string", format: "uri-reference" }, remarks: text }),
    "results!": many(
      members({
        "uuid!": uuid,
        "title!": text,
        "description!": text,
        "start!": moment,
        end: moment,
        "reviewed-controls!": members({
          "control-selections!": many(
            members({
              "include-all": members({}),
              "include-controls": many(members({ "control-id!": token, "statement-ids": many(token) })),
            }),
          ),
        }),
        observations: many(
          members({
            "uuid!": uuid,
            title: text,
            "description!": text,
            props,
            "methods!": many(words),
            types: many(token),
            "relevant-evidence": many(members({ href: text, "description!": text })),
            "collected!": moment,
          }),
        ),
        findings: many(
          members({
            "uuid!": uuid,
            "title!": text,
            "description!": text,
            "target!": members({
              "type!": { enum: ["statement-id", "objective-id"] },
              "target-id!": token,
              "status!": members({
                "state!": { enum: ["satisfied", "not-satisfied"] },
                reason: token,
                remarks: text,
              }),
            }),
            "related-observations": many(members({ "observation-uuid!": uuid })),
          }),
        ),
      }),
    ),
  }),
});

describe("a report in the format of others", () => {
  it("is SARIF 2.1.0 by its own schema", async () => {
    const schema = require("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json") as Record<string, unknown>;
    // Its draft 4 has no keyword that later ones read otherwise, but for the name of its own id.
    const { $schema, id, ...rest } = schema;
    assert.match(String(id), /sarif-2\.1\.0/);
    assert.match(String($schema), /draft-04/);
    const validate = compile(rest, false);
    const log = (await output("sarif")) as { runs: { results: { ruleId?: unknown }[] }[] };
    assert.ok((log.runs[0]?.results.length ?? 0) > 10);
    assertValid(validate, log);
    for (const result of log.runs[0]?.results ?? []) result.ruleId = 1;
    assert.ok(!validate(log), "the schema can tell");
  });

  it("is OSCAL 1.1.2 by what its schema says of the parts that are used", async () => {
    const validate = compile(OSCAL);
    const document = (await output("oscal")) as { "assessment-results": Record<string, unknown> };
    assertValid(validate, document);
    delete document["assessment-results"]["import-ap"];
    assert.ok(!validate(document), "the schema can tell");
  });
});
