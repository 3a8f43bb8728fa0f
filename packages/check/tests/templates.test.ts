/** The templates of conformance/check/templates, written for this as their authors would: nothing breaks on any of them. */
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { check, type CheckResult } from "@ward/check";

const HOME = new URL("../../../conformance/check/", import.meta.url).pathname;

describe("the templates of conformance", () => {
  let result: CheckResult;
  before(async () => {
    result = await check({ targets: ["templates"], cwd: HOME });
  });

  it("are forty or more, and each is read whole", () => {
    assert.ok(result.units.length >= 40, String(result.units.length));
    assert.deepEqual(result.problems, []);
  });

  it("break no rule", () => {
    const broken = result.units.flatMap(({ findings }) => findings.filter(({ kind }) => kind === "error"));
    assert.deepEqual(
      broken.map(({ rule, resource, because }) => `${rule.id} on ${resource.id}: ${because}`),
      [],
    );
  });

  it("each get answers, at lines that they have", () => {
    for (const { unit, findings } of result.units) {
      // What is said of the files themselves has no resources.
      if (unit.format === "sources") continue;
      const own = unit.graph.resources.filter(({ type }) => /^(AWS|Custom)::/.test(type));
      assert.ok(own.length > 0, `${unit.file} has no resources`);
      assert.ok(findings.length > 0, `${unit.file} has no findings`);
      for (const { position } of findings) assert.ok(position.line >= 1 && position.column >= 1, unit.file);
    }
  });

  it("get answers of all three values", () => {
    const kinds = new Set(result.units.flatMap(({ findings }) => findings.map(({ kind }) => kind)));
    assert.deepEqual([...kinds].toSorted(), ["fail", "pass", "unknown"]);
  });

  it("get the same answers again", async () => {
    const again = await check({ targets: ["templates"], cwd: HOME });
    assert.deepEqual(summaryOf(again), summaryOf(result));
  });

  it("lose an open answer, and get no new one, where a parameter is given", async () => {
    const open = openIn(result, "templates/documents.json");
    const narrowed = await check({
      targets: ["templates/documents.json"],
      cwd: HOME,
      parameters: { Encrypted: "true" },
    });
    const left = openIn(narrowed, "templates/documents.json");
    assert.ok(open.length > left.length);
    assert.deepEqual(
      left.filter((one) => !open.includes(one)),
      [],
    );
  });
});

function summaryOf({ units }: CheckResult): readonly string[] {
  return units.flatMap(({ unit, findings }) =>
    findings.map(
      ({ rule, resource, kind, position }) => `${unit.file}:${position.line} ${resource.id} ${rule.id} ${kind}`,
    ),
  );
}

function openIn({ units }: CheckResult, file: string): readonly string[] {
  return units
    .filter(({ unit }) => unit.file === file)
    .flatMap(({ findings }) => findings.filter(({ kind }) => kind === "unknown"))
    .map(({ rule, resource }) => `${rule.id} ${resource.id}`);
}
