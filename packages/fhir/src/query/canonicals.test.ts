/** References by canonical URL lead to records as others do: by chains, `_has`, `_include` and `_revinclude`. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { JsonObject } from "../json.ts";
import { idsOf, startSearchFixture, type SearchFixture } from "./testing/search-fixture.ts";

const INTAKE = "http://a.example/Questionnaire/intake";
let f: SearchFixture;

before(async () => {
  f = await startSearchFixture();
  await f.store(
    { resourceType: "Questionnaire", id: "q1", url: INTAKE, version: "1", status: "retired", title: "Intake" },
    { resourceType: "Questionnaire", id: "q2", url: INTAKE, version: "2", status: "active", title: "Intake again" },
    { resourceType: "Questionnaire", id: "other", url: `${INTAKE}/other`, status: "active", title: "Other" },
    response("first", `${INTAKE}|1`),
    response("second", `${INTAKE}|2`),
    response("any", INTAKE),
    response("literal", "Questionnaire/q1"),
    response("elsewhere", "http://b.example/Questionnaire/intake|1"),
  );
});
after(async () => await f.close());

describe("A reference by canonical URL", () => {
  it("is followed by chains, of its version where it names one", async () => {
    assert.deepEqual(await found("QuestionnaireResponse?questionnaire.status=active"), ["any", "second"]);
    assert.deepEqual(await found("QuestionnaireResponse?questionnaire.status=retired"), ["any", "first", "literal"]);
    assert.deepEqual(await found("QuestionnaireResponse?questionnaire:Questionnaire.title=other"), []);
    assert.deepEqual(await found(`QuestionnaireResponse?questionnaire.url=${INTAKE}|2`), ["any", "second"]);
    assert.deepEqual(await found("QuestionnaireResponse?questionnaire.status=active&_sort=-_id"), ["any", "second"]);
  });

  it("is followed back by _has and _revinclude", async () => {
    assert.deepEqual(await found("Questionnaire?_has:QuestionnaireResponse:questionnaire:_id=second"), ["q2"]);
    assert.deepEqual(await found("Questionnaire?_has:QuestionnaireResponse:questionnaire:_id=any"), ["q1", "q2"]);
    assert.deepEqual(await found("Questionnaire?_has:QuestionnaireResponse:questionnaire:_id=literal,elsewhere"), [
      "q1",
    ]);
    assert.deepEqual(await included("Questionnaire?_id=q1&_revinclude=QuestionnaireResponse:questionnaire"), [
      "any",
      "first",
      "literal",
    ]);
  });

  it("is included", async () => {
    const include = "_include=QuestionnaireResponse:questionnaire";
    assert.deepEqual(await included(`QuestionnaireResponse?_id=second&${include}`), ["q2"]);
    assert.deepEqual(await included(`QuestionnaireResponse?_id=any,literal&${include}`), ["q1", "q2"]);
    assert.deepEqual(await included(`QuestionnaireResponse?_id=elsewhere&${include}`), []);
    assert.deepEqual(await included("QuestionnaireResponse?_id=first&_include=*"), ["q1"]);
    assert.deepEqual(await included(`QuestionnaireResponse?_id=first&${include}:Questionnaire`), ["q1"]);
  });

  it("is included where a definition names one of any type", async () => {
    const url = "http://a.example/Library/logic";
    const artifact = { type: "depends-on", resource: INTAKE };
    await f.store(
      {
        resourceType: "Library",
        id: "lib",
        url,
        version: "1.2",
        title: "Logic",
        status: "active",
        type: { text: "x" },
      },
      {
        resourceType: "PlanDefinition",
        id: "plan",
        status: "active",
        library: [`${url}|1.2`],
        relatedArtifact: [artifact],
      },
      { resourceType: "List", id: "list", status: "current", mode: "working", entry: [{ item: { reference: url } }] },
    );
    const include = "PlanDefinition?_include=PlanDefinition:depends-on";
    assert.deepEqual(await included(include), ["lib", "q1", "q2"]);
    assert.deepEqual(await included(`${include}:Library`), ["lib"]);
    assert.deepEqual(await included("PlanDefinition?_include=*"), ["lib", "q1", "q2"]);
    assert.deepEqual(await included("List?_include=List:item"), [], "a Reference is none");
    assert.deepEqual(await found("PlanDefinition?depends-on:Library.title=logic"), ["plan"]);
    assert.deepEqual(await found("PlanDefinition?depends-on.title=intake%20again"), ["plan"]);
  });

  it("discloses whom it led through, in the ledger too", async () => {
    await f.search("QuestionnaireResponse?questionnaire.title=intake%20again&_id=second");
    const of = (type: string): number[] =>
      f.acts.flatMap(({ act, touched }) => (act.resourceType === type ? [touched.length] : []));
    assert.deepEqual([of("Questionnaire"), of("QuestionnaireResponse")], [[1], [1]]);
  });

  it("is refused where a chain is too large to be asked of all, and never left out", async () => {
    const url = "QuestionnaireResponse?_id=second&questionnaire.status=active,retired";
    assert.deepEqual(await found(url), ["second"]);
    await assert.rejects(f.search(url, undefined, { innerMatchesMax: 1 }), { code: "too-large" });
  });
});

async function found(url: string): Promise<string[]> {
  return logical(idsOf(await f.search(url), "match"));
}

async function included(url: string): Promise<string[]> {
  return logical(idsOf(await f.search(url), "include"));
}

function logical(references: readonly string[]): string[] {
  return references.map((each) => each.slice(each.indexOf("/") + 1)).sort();
}

function response(id: string, questionnaire: string): JsonObject {
  return { resourceType: "QuestionnaireResponse", id, status: "completed", questionnaire };
}
