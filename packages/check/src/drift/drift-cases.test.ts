/** The cases of conformance/check/drift: a template, what runs, and what follows. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parse } from "yaml";
import { readUnit } from "../readers/read-unit.ts";
import { SourceText } from "../source/source-text.ts";
import { checkSnapshot, type DriftResult } from "./check-drift.ts";
import { checkPlan } from "./check-plan.ts";

interface Case {
  readonly about: string;
  readonly template?: string;
  readonly live?: unknown;
  readonly plan?: unknown;
  readonly fails: readonly string[];
  readonly unknown?: readonly string[];
  readonly passes?: readonly string[];
  /** Texts that stand nowhere in what is found. */
  readonly hides?: readonly string[];
}

const HOME = new URL("../../../../conformance/check/drift/", import.meta.url);
const cases = readdirSync(HOME).flatMap((file) => parse(readFileSync(new URL(file, HOME), "utf8")) as readonly Case[]);

describe("the cases of drift", () => {
  it("are thirty or more", () => assert.ok(cases.length >= 30, String(cases.length)));

  for (const one of cases) {
    it(one.about, async () => {
      const { units, problems } = await run(one);
      assert.deepEqual(problems, []);
      const findings = units.flatMap((unit) => unit.findings);
      const said = (kind: string) =>
        findings
          .filter((finding) => finding.kind === kind)
          .map(({ resource, rule, because }) => `${resource.id} ${rule.id}: ${because}`);
      assert.deepEqual(said("error"), []);
      assert.deepEqual(unmatched(said("fail"), one.fails), { beyond: [], lacking: [] });
      for (const [kind, wanted] of [
        ["unknown", one.unknown ?? []],
        ["pass", one.passes ?? []],
      ] as const) {
        assert.deepEqual(unmatched(said(kind), wanted).lacking, [], said(kind).join("\n"));
      }
      for (const text of one.hides ?? []) assert.ok(!said("fail").join().includes(text), text);
    });
  }
});

async function run({ template, live, plan }: Case): Promise<DriftResult> {
  const options = { parameters: {}, files: { read: () => undefined, list: () => [] } };
  if (plan !== undefined) {
    const source = new SourceText("plan.json", JSON.stringify(plan, undefined, 1));
    const unit = await readUnit("plan.json", source.text, options);
    const result = unit && (await checkPlan(unit, source));
    assert.ok(result, "it is read as a plan");
    return result;
  }
  const unit = await readUnit("template.yaml", template ?? "", options);
  assert.ok(unit, "the template is read as one");
  return await checkSnapshot([unit], [new SourceText("live.json", JSON.stringify(live, undefined, 1))]);
}

/** `resource rule: part of what is seen` against what was said, each once. */
function unmatched(said: readonly string[], wanted: readonly string[]) {
  const beyond = [...said];
  const lacking = wanted.filter((one) => {
    const [head = "", part = ""] = one.split(/: (.*)/s);
    const at = beyond.findIndex((text) => text.startsWith(`${head}: `) && text.slice(head.length).includes(part));
    if (at >= 0) beyond.splice(at, 1);
    return at < 0;
  });
  return { beyond, lacking };
}
