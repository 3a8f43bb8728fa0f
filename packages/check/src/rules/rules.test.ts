import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parse } from "yaml";
import { checkFiles, checkText, type CheckResult } from "../check.ts";
import type { FindingKind } from "../judge/finding.ts";
import { MemoryFiles, sampleApp } from "../testing/sample-app.ts";
import { sampleTemplate } from "../testing/sample-template.ts";
import { RULE_FOLDERS, loadAllRules } from "./catalog.ts";
import { SEVERITIES } from "../judge/fact.ts";
import { type Rule, type Sample } from "./rule.ts";

const rules = await loadAllRules();

for (const rule of rules) {
  describe(rule.id, () => {
    for (const [index, sample] of rule.samples.good.entries()) {
      it(`holds for good sample ${index + 1}`, async () => {
        const answers = await answersOf(rule, sample);
        // Where a thing should not be at all, what is good is that there is none.
        const isAbout = rule.types.some((type) => source(sample).includes(type));
        assert.ok(!isAbout || answers.some(({ kind }) => kind === "pass"), JSON.stringify(answers));
        assert.deepEqual(
          answers.filter(({ kind }) => kind !== "pass"),
          [],
        );
      });
    }
    for (const [index, sample] of rule.samples.bad.entries()) {
      it(`finds bad sample ${index + 1}`, async () => {
        const answers = await answersOf(rule, sample);
        assert.ok(
          answers.some(({ kind }) => kind === "fail"),
          JSON.stringify(answers),
        );
        assert.deepEqual(
          answers.filter(({ kind }) => kind === "error"),
          [],
        );
      });
    }
    for (const [index, sample] of (rule.samples.unknown ?? []).entries()) {
      it(`does not guess about sample ${index + 1}`, async () => {
        const answers = await answersOf(rule, sample);
        assert.ok(
          answers.some(({ kind }) => kind === "unknown"),
          JSON.stringify(answers),
        );
      });
    }
  });
}

describe("the rules together", () => {
  it("have ids of their own, in kebab-case", () => {
    const ids = rules.map(({ id }) => id);
    assert.deepEqual(ids, [...new Set(ids)]);
    for (const id of ids) assert.match(id, /^[a-z0-9]+(-[a-z0-9]+)+$/);
  });

  it("have a title, a reason, a remedy, a snippet that is YAML, and samples of both kinds", () => {
    for (const rule of rules) {
      for (const text of [rule.title, rule.why, rule.remedy]) assert.ok(text.length > 8, rule.id);
      assert.ok(!rule.title.endsWith("."), `${rule.id}: a title has no full stop`);
      assert.ok(SEVERITIES.includes(rule.severity), rule.id);
      assert.ok(parse(rule.snippet, { logLevel: "silent" }), rule.id);
      const { good, bad, unknown = [] } = rule.samples;
      assert.ok(good.length > 0 && bad.length + unknown.length > 0, `${rule.id} lacks samples`);
    }
  });

  it("are about types that their folder is loaded for", async () => {
    for (const { folder, types, load } of RULE_FOLDERS) {
      for (const rule of Object.values(await load())) {
        for (const type of rule.types) {
          assert.ok(
            types.some((one) => (one.endsWith("::") ? type.startsWith(one) : type === one)),
            `${folder}: ${rule.id} is about ${type}`,
          );
        }
      }
    }
  });
});

async function answersOf(rule: Rule, sample: Sample): Promise<readonly { kind: FindingKind; because: string }[]> {
  const { units, problems } = await checkSample(sample);
  assert.deepEqual(problems, []);
  return units
    .flatMap(({ findings }) => findings)
    .filter((finding) => finding.rule.id === rule.id)
    .map(({ kind, because }) => ({ kind, because }));
}

async function checkSample(sample: Sample): Promise<CheckResult> {
  if ("cloudformation" in sample) return await checkText("template.yaml", sampleTemplate(sample.cloudformation));
  if ("terraform" in sample) return await checkText("main.tf", sample.terraform);
  const files = sampleApp(sample.ward);
  return await checkFiles([...files.keys()], new MemoryFiles(files));
}

/** Where a type is named, in the format's own words. */
function source(sample: Sample): string {
  if ("cloudformation" in sample) return sample.cloudformation;
  return "terraform" in sample ? sample.terraform : "Ward::App";
}
