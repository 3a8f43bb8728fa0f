import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { WardError } from "@ward/core";
import { NOW } from "./testing.ts";
import { parametersOf } from "./parameters.ts";
import { parseSearch } from "./parse-search.ts";
import type { ChainCriterion, ReverseChainCriterion, Search } from "./contract.ts";

const strict = (type: string, query: string): Search => parseSearch([type], query, "strict", { now: NOW });
const lenient = (type: string, query: string): Search => parseSearch([type], query, "lenient", { now: NOW });

function refusal(type: string, query: string): string {
  try {
    strict(type, query);
  } catch (thrown) {
    if (!(thrown instanceof WardError)) throw thrown;
    return `${thrown.code} ${String(thrown.detail["parameter"])} ${String(thrown.detail["reason"] ?? Object.keys(thrown.detail)[1])}`;
  }
  return "none";
}

describe("a search that is parsed", () => {
  it("looks for nothing inside a Bundle, instead of finding nothing", () => {
    assert.equal(refusal("Bundle", "composition.status=final"), "unsupported composition inside-a-bundle");
    assert.equal(refusal("Bundle", "message:MessageHeader.code=a"), "unsupported message inside-a-bundle");
  });

  it("takes as many as a client may name, and elements with their type before them", () => {
    assert.equal(strict("Patient", "_count=2147483648").count, 2_147_483_648);
    assert.equal(refusal("Patient", `_count=${"9".repeat(19)}`), "invalid-request _count number-form");
    assert.deepEqual(strict("Patient", "_elements=Patient.name, gender").elements, ["Patient.name", "gender"]);
    assert.equal(refusal("Patient", "_elements=name,"), "invalid-request _elements element-form");
  });

  it("ignores what R4 does not know, and leaves it out of self", () => {
    const search = lenient("Patient", "name=smith&foo=secret&gender=male&_count=5");
    assert.equal(search.criteria.length, 2);
    assert.equal(search.self, "name=smith&gender=male&_count=5");
  });

  it("refuses what R4 does not know where the client wants it strict, without repeating it", () => {
    assert.equal(refusal("Patient", "foo=secret"), "invalid-request foo unknown-parameter");
    assert.equal(refusal("Patient", "Peter%20Smith=1"), "invalid-request (unnamed) unknown-parameter");
    assert.equal(refusal("Observation", "birthdate=2020"), "invalid-request birthdate unknown-parameter");
  });

  it("ignores a parameter without a value", () => {
    const { criteria, self } = strict("Patient", "name=&_count=&gender=male&family");
    assert.deepEqual([criteria.length, self], [1, "gender=male"]);
  });

  it("refuses always what is known and wrong", () => {
    for (const query of [
      "name:below=x",
      "birthdate:exact=2020",
      "gender:contains=x",
      "name:foo=x",
      "name:exact:not=x",
    ]) {
      assert.throws(() => lenient("Patient", query), { code: "invalid-request" }, query);
    }
    for (const query of [
      "birthdate=20",
      "birthdate=zz2020",
      "_lastUpdated=x",
      "name=a,",
      "_id=,",
      "organization=a%20b",
    ]) {
      assert.throws(() => lenient("Patient", query), { code: "invalid-request" }, query);
    }
  });

  it("refuses what would narrow the answer and is not done", () => {
    for (const query of [
      "_text=x",
      "_content=x",
      "_filter=x",
      "_query=x",
      "_list=$current-problems",
      "_contained=true",
      "_contained=both",
    ]) {
      assert.throws(() => lenient("Patient", query), { code: "unsupported" }, query);
    }
    assert.throws(() => lenient("Location", "near=1|2"), { code: "unsupported" });
    assert.throws(() => lenient("Patient", "_include:recurse=Patient:link"), { code: "unsupported" });
    assert.equal(lenient("Patient", "_contained=false&_containedType=container").self, "");
  });

  it("includes nothing beside texts alone, which R4 says cannot be mixed", () => {
    assert.equal(
      refusal("Observation", "_summary=text&_include=Observation:subject"),
      "invalid-request _summary text-with-include",
    );
    assert.equal(
      refusal("Patient", "_revinclude=Observation:subject&_summary=text"),
      "invalid-request _summary text-with-include",
    );
    assert.equal(refusal("Observation", "_summary=data&_include=Observation:subject"), "none");
  });

  it("knows chains, their types and their depth", () => {
    const [typed] = strict("Observation", "subject:Patient.name:exact=peter").criteria as ChainCriterion[];
    assert.deepEqual(typed?.types, ["Patient"]);
    assert.equal(typed?.inner.kind === "value" && typed.inner.modifier, "exact");
    const [open] = strict("Observation", "subject.identifier=1").criteria as ChainCriterion[];
    assert.deepEqual(open?.types, ["Device", "Group", "Location", "Patient"]);
    const [deep] = strict("Observation", "subject:Patient.general-practitioner:Organization.name=x")
      .criteria as ChainCriterion[];
    assert.equal(deep?.inner.kind, "chain");
    assert.equal(refusal("Observation", "subject:Practitioner.name=x"), "invalid-request subject target-type");
    assert.equal(refusal("Observation", "subject.nothing=x"), "invalid-request subject chain-parameter");
    assert.equal(refusal("Observation", "code.name=x"), "invalid-request code chain-reference");
    const seven = `part-of:Procedure.${"part-of:Procedure.".repeat(7)}status=x`;
    assert.equal(refusal("Procedure", seven), "too-large query limitChainDepth");
  });

  it("reads the end of an open chain once, however many targets there are", () => {
    const many = Array.from({ length: 900 }, (_, n) => `v${n}`).join();
    const [chain] = strict("Observation", `focus.identifier=${many}`).criteria as ChainCriterion[];
    assert.ok((chain?.types.length ?? 0) > 90);
    assert.equal(chain?.inner.kind === "value" && chain.inner.values.length, 900);
    const [typed] = strict("Observation", "focus.subject:Patient=1").criteria as ChainCriterion[];
    assert.ok(typed?.types.includes("Condition"));
    assert.ok(!typed?.types.includes("ActivityDefinition"), "its subject is a Group");
  });

  it("knows reverse chains, also nested and within chains", () => {
    const [one] = strict("Patient", "_has:Observation:patient:code=1").criteria as ReverseChainCriterion[];
    assert.deepEqual([one?.type, one?.parameter.name, one?.inner.kind], ["Observation", "patient", "value"]);
    const [two] = strict("Patient", "_has:Observation:patient:_has:AuditEvent:entity:type=x")
      .criteria as ReverseChainCriterion[];
    assert.equal(two?.inner.kind, "reverseChain");
    const [within] = strict("Encounter", "patient._has:Group:member:code=x").criteria as ChainCriterion[];
    assert.equal(within?.inner.kind, "reverseChain");
    for (const query of ["_has:Observation:code:code=1", "_has:Nothing:patient:code=1", "_has:Observation:patient=1"]) {
      assert.throws(() => strict("Patient", query), { code: "invalid-request" }, query);
    }
    assert.equal(refusal("Practitioner", "_has:Observation:patient:code=1"), "invalid-request _has has-target");
  });

  it("knows includes", () => {
    const { includes, reverseIncludes } = strict(
      "Observation",
      "_include=Observation:subject:Patient&_include:iterate=Patient:organization&_include=*&_revinclude=Provenance:target",
    );
    assert.deepEqual(includes, [
      { type: "Observation", parameter: "subject", isIterating: false, target: "Patient" },
      { type: "Patient", parameter: "organization", isIterating: true },
      { type: "*", parameter: "*", isIterating: false },
    ]);
    assert.deepEqual(reverseIncludes, [{ type: "Provenance", parameter: "target", isIterating: false }]);
    for (const query of [
      "Observation:code",
      "Observation",
      "Nothing:x",
      "Observation:subject:Organization",
      "a:b:c:d",
    ]) {
      assert.throws(() => lenient("Observation", `_include=${query}`), { code: "invalid-request" }, query);
    }
  });

  it("knows sort keys, and refuses those it can't sort by", () => {
    const { sort } = strict("Observation", "_sort=-date,status,_lastUpdated,_id");
    assert.deepEqual(
      sort.map(({ parameter, isDescending }) => [parameter.name, isDescending]),
      [
        ["date", true],
        ["status", false],
        ["_lastUpdated", false],
        ["_id", false],
      ],
    );
    for (const query of ["_sort=nothing", "_sort=code-value-date", "_sort=date&_sort=status", "_sort:asc=date"]) {
      assert.throws(() => lenient("Observation", query), { code: "invalid-request" }, query);
    }
  });

  it("knows the shape of the answer that is asked for", () => {
    const search = strict("Patient", "_count=0&_total=accurate&_summary=count&_elements=name,birthDate&_cursor=abc");
    assert.deepEqual(
      [search.count, search.total, search.summary, search.elements, search.cursor],
      [0, "accurate", "count", ["name", "birthDate"], "abc"],
    );
    assert.equal(search.self, "_count=0&_total=accurate&_summary=count&_elements=name,birthDate");
    for (const query of ["_count=-1", "_count=a", "_count=1.5", "_total=all", "_summary=yes", "_count=1&_count=2"]) {
      assert.throws(() => lenient("Patient", query), { code: "invalid-request" }, query);
    }
    assert.equal(lenient("Patient", "_format=json&_pretty=true").self, "");
  });

  it("narrows several types by _type, and asks what they have in common", () => {
    const types = ["Observation", "Patient", "Procedure"];
    const search = parseSearch(types, "_type=Observation,Procedure&code=1&_lastUpdated=ge2020", "strict", {});
    assert.deepEqual(search.types, ["Observation", "Procedure"]);
    assert.equal(search.criteria.length, 2);
    assert.throws(() => parseSearch(types, "code=1", "strict"), { code: "invalid-request" });
    assert.throws(() => parseSearch(types, "_type=Nothing", "lenient"), { code: "invalid-request" });
    assert.throws(() => parseSearch(types, "_type=Account", "lenient"), { code: "invalid-request" });
  });

  it("names its limits", () => {
    const many = (n: number, text: string): string => Array.from({ length: n }, () => text).join("&");
    assert.equal(refusal("Patient", many(101, "name=a")), "too-large query limitParameters");
    assert.equal(refusal("Patient", `_id=${"a,".repeat(1000)}a`), "too-large _id limitValues");
    assert.equal(refusal("Patient", `name=${"a".repeat(2001)}`), "too-large name limitCharacters");
    assert.equal(refusal("Patient", "a".repeat(200_000)), "too-large query limitCharacters");
    assert.equal(refusal("Patient", many(51, "_include=Patient:link")), "too-large _include limitIncludes");
  });

  it("has every parameter of R4 but those without values, with its definition", () => {
    const names = parametersOf("Patient").map(({ name }) => name);
    for (const name of [
      "_id",
      "_lastUpdated",
      "_tag",
      "_security",
      "_profile",
      "_source",
      "name",
      "address-city",
      "link",
    ]) {
      assert.ok(names.includes(name), name);
    }
    assert.ok(!names.includes("_text") && !names.includes("_content"));
    const code = parametersOf("Observation").find(({ name }) => name === "code");
    assert.equal(code?.definition, "http://hl7.org/fhir/SearchParameter/clinical-code");
    const pair = parametersOf("Observation").find(({ name }) => name === "component-code-value-quantity");
    assert.deepEqual(
      pair?.components?.map(({ kind }) => kind),
      ["token", "quantity"],
    );
  });
});
