import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { encoded } from "./fhir-conformance/case.ts";
import { startFhirServer, type Answer, type FhirServer } from "./fhir-conformance/server.ts";

const PAGE = new URL("../docs/guide/fhir.md", import.meta.url);

interface Example {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly expected: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: unknown;
  };
}

describe("the guide to FHIR", () => {
  let server: FhirServer;
  before(async () => {
    server = await startFhirServer();
  });
  after(async () => await server.close());

  const examples = readExamples(readFileSync(PAGE, "utf8"));
  it("has examples", () => assert.ok(examples.length >= 12));
  // One after another: each stands on what the ones before have stored.
  for (const { method, path, headers, body, expected } of examples) {
    it(`${method} ${path} is answered ${expected.status}`, async () => {
      const answer = await server.send(encoded(path.replace(/^\/fhir\/R4\/?/, "")), {
        method,
        headers,
        ...(body === undefined ? {} : { body }),
      });
      assert.equal(answer.status, expected.status, answer.text.slice(0, 500));
      for (const [name, value] of Object.entries(expected.headers)) assert.equal(answer.headers.get(name), value, name);
      if (expected.body !== undefined) assertHolds(answer, answer.body, expected.body, "");
    });
  }
});

/** Each ```http block that is a request, with the block behind it, which is the answer. */
function readExamples(page: string): readonly Example[] {
  const blocks = [...page.matchAll(/```http\n([\s\S]*?)```/g)].map((match) => match[1] ?? "");
  const examples: Example[] = [];
  for (let at = 0; at < blocks.length; at += 2) {
    const request = readMessage(blocks[at] ?? "");
    const answer = readMessage(blocks[at + 1] ?? "");
    const [method = "", path = ""] = request.start.split(" ");
    assert.match(answer.start, /^HTTP\/1\.1 \d{3}/, `an answer behind ${request.start}`);
    const expected = {
      status: Number(answer.start.split(" ")[1]),
      headers: answer.headers,
      body: answer.body === undefined ? undefined : JSON.parse(answer.body),
    };
    examples.push({ method, path, headers: request.headers, body: request.body, expected });
  }
  return examples;
}

function readMessage(block: string): {
  readonly start: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
} {
  const [head = "", ...rest] = block.split("\n\n");
  const [start = "", ...lines] = head.trim().split("\n");
  const headers = Object.fromEntries(
    lines.map((line) => {
      const [name = "", value = ""] = line.split(/: (.*)/);
      return [name.toLowerCase(), value];
    }),
  );
  const body = rest.join("\n\n").trim();
  return { start, headers, body: body === "" ? undefined : body };
}

/** What the page shows is in the answer; the answer may say more. */
function assertHolds(answer: Answer, actual: unknown, shown: unknown, path: string): void {
  if (Array.isArray(shown)) {
    assert.ok(Array.isArray(actual), `${path}: ${answer.text.slice(0, 300)}`);
    assert.equal(actual.length, shown.length, path);
    for (const [index, each] of shown.entries()) assertHolds(answer, actual[index], each, `${path}[${index}]`);
  } else if (typeof shown === "object" && shown !== null) {
    for (const [name, each] of Object.entries(shown)) {
      assertHolds(answer, (actual as Readonly<Record<string, unknown>> | undefined)?.[name], each, `${path}.${name}`);
    }
  } else assert.equal(actual, shown, `${path}: ${answer.text.slice(0, 300)}`);
}
