import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import { patientBundle } from "../conformance/fhir/generate.ts";
import { mutationsOf, type Mutation } from "./fhir-conformance/mutations.ts";
import { startFhirServer, type Answer, type FhirServer, type Json } from "./fhir-conformance/server.ts";

/** One resource of each type. */
const BY_TYPE: readonly Json[] = [
  ...new Map(
    Array.from({ length: 12 }, (_, index) => patientBundle(3, index)).flatMap(({ entry }) =>
      entry.map(({ resource }) => [resource["resourceType"], resource] as const),
    ),
  ).values(),
];

const RUNS = Number(process.env["WARD_FHIR_MUTATIONS"] ?? 600);

describe("a resource that is broken in one place", () => {
  let server: FhirServer;
  before(async () => {
    server = await startFhirServer();
  });
  after(async () => await server.close());

  it("is taken where it is whole", async () => {
    for (const resource of BY_TYPE) {
      const answer = await server.send(resource["resourceType"] as string, { method: "POST", body: resource });
      assert.equal(answer.status, 201, `${String(resource["resourceType"])}: ${answer.text.slice(0, 400)}`);
    }
  });

  it("is refused with an OperationOutcome that names the element, by create, update, batch and $validate", async () => {
    const mutations = BY_TYPE.flatMap(mutationsOf);
    const kinds = [...new Set(mutations.map(({ kind }) => kind))];
    const property = fc.asyncProperty(
      fc.constantFrom(...kinds).chain((kind) => fc.constantFrom(...mutations.filter((each) => each.kind === kind))),
      fc.constantFrom("create", "update", "batch", "validate"),
      async (mutation, way) => await expectRefused(server, mutation, way),
    );
    const before = await countVersions(server);
    await fc.assert(property, { numRuns: RUNS });
    assert.equal(await countVersions(server), before, "nothing was stored");
  });
});

async function expectRefused(server: FhirServer, mutation: Mutation, way: string): Promise<void> {
  const type = mutation.resource["resourceType"] as string;
  const shown = `${way}, ${mutation.kind} at ${mutation.path}`;
  let answer: Answer;
  let outcome: Json;
  if (way === "batch") {
    const entry = [{ resource: mutation.resource, request: { method: "POST", url: type } }];
    answer = await server.send("", { method: "POST", body: { resourceType: "Bundle", type: "batch", entry } });
    if (answer.status === 200) {
      assert.match(answer.body.entry[0].response.status, /^4/, shown);
      outcome = answer.body.entry[0].response.outcome;
    } else outcome = answer.body;
  } else if (way === "validate") {
    answer = await server.send(`${type}/$validate`, { method: "POST", body: mutation.resource });
    outcome = answer.body;
  } else {
    const body = way === "update" ? { ...mutation.resource, id: "broken-1" } : mutation.resource;
    const path = way === "update" ? `${type}/broken-1` : type;
    answer = await server.send(path, { method: way === "update" ? "PUT" : "POST", body });
    assert.ok([400, 422].includes(answer.status), `${shown}: ${answer.status} ${answer.text.slice(0, 300)}`);
    outcome = answer.body;
  }
  assert.equal(outcome["resourceType"], "OperationOutcome", `${shown}: ${answer.text.slice(0, 300)}`);
  const issues = (outcome["issue"] as { severity: string; expression?: string[] }[]).filter(({ severity }) =>
    ["error", "fatal"].includes(severity),
  );
  assert.ok(issues.length > 0, `${shown}: ${answer.text.slice(0, 300)}`);
  const named = issues.flatMap(({ expression = [] }) => expression);
  assert.ok(
    named.some((path) => isAbout(path.replace(/^Bundle\.entry\[0\]\.resource/, type), mutation.path)),
    `${shown}: names ${named.join(", ") || "nothing"}: ${answer.text.slice(0, 300)}`,
  );
}

/** The element itself, one above it, or one below it; a choice is `medication` in FHIRPath and `medicationReference` in JSON. */
function isAbout(path: string, mutated: string): boolean {
  const segments = (text: string): string[] => text.replaceAll(/\[\d+\]|\.ofType\(\w+\)/g, "").split(".");
  const [one, other] = [segments(path), segments(mutated)];
  return one.every((segment, at) => {
    const wanted = other[at];
    if (wanted === undefined || wanted === segment) return true;
    return wanted.startsWith(segment) && /^[A-Z]/.test(wanted.slice(segment.length));
  });
}

async function countVersions(server: FhirServer): Promise<number> {
  const { body } = await server.get("_history?_count=1000");
  return (body.entry as unknown[]).length;
}
