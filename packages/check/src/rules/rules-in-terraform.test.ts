/** Every rule's CloudFormation samples again in Terraform's words: the same verdict on the same resource. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { checkText, type CheckResult } from "../check.ts";
import { TF_TYPES } from "../readers/terraform/types/catalog.ts";
import { sampleTemplate } from "../testing/sample-template.ts";
import { argumentAt, argumentsOf } from "../testing/terraform-arguments.ts";
import { terraformOf, type Translation } from "../testing/terraform-of-template.ts";
import { loadAllRules } from "./catalog.ts";
import type { Rule } from "./rule.ts";

const skipped = new Map<string, number>();
let translated = 0;
let inParts = 0;
const covered = new Set<string>();

for (const rule of await loadAllRules()) {
  const samples = [...rule.samples.good, ...rule.samples.bad, ...(rule.samples.unknown ?? [])];
  for (const [index, sample] of samples.entries()) {
    if (!("cloudformation" in sample)) continue;
    const written = await checkText("template.yaml", sampleTemplate(sample.cloudformation));
    const why = skip(rule, written);
    const translation = why === undefined ? terraformOf(resourcesOf(written), "whole") : undefined;
    const again = translation?.ok === true ? await checkText("main.tf", translation.hcl) : undefined;
    const reason = why ?? whyNot(translation, () => again && isSame(rule, written, again, translation));
    if (reason !== undefined || translation?.ok !== true || again === undefined) {
      skipped.set(reason ?? "", (skipped.get(reason ?? "") ?? 0) + 1);
      continue;
    }
    translated += 1;
    covered.add(rule.id);
    it(`${rule.id} says the same of sample ${index + 1} in Terraform`, () => {
      assert.deepEqual(again.problems, []);
      assert.deepEqual(verdicts(rule, again, translation), verdicts(rule, written), translation.hcl);
    });
    const parted = terraformOf(resourcesOf(written), "parts");
    if (!parted.ok || parted.hcl === translation.hcl) continue;
    inParts += 1;
    it(`${rule.id} says the same of sample ${index + 1} where Terraform has it in parts`, async () => {
      const third = await checkText("main.tf", parted.hcl);
      assert.deepEqual(third.problems, []);
      assert.deepEqual(verdicts(rule, third, parted), verdicts(rule, written), parted.hcl);
    });
  }
}

describe("the names that the reader expects of Terraform", () => {
  // Of the provider's earlier versions, which templates are still written for; and what a shared table has too much.
  const EARLIER = new Set(["aws_redshift_cluster.logging"]);
  const SHARED = new Set([
    "aws_launch_configuration.root_block_device.kms_key_id",
    "aws_launch_configuration.ebs_block_device.kms_key_id",
  ]);

  for (const [type, { names = {}, values = {}, lists = [] }] of Object.entries(TF_TYPES)) {
    if (argumentsOf(type) === undefined) continue;
    it(`are arguments of ${type}`, () => {
      const paths = [...Object.keys(names), ...Object.keys(values), ...lists];
      const unheard = paths.filter((path) => !siblings(type).some((one) => argumentAt(one, path) !== undefined));
      assert.deepEqual(
        unheard.map((path) => `${type}.${path}`).filter((name) => !EARLIER.has(name) && !SHARED.has(name)),
        [],
      );
    });
  }
});

describe("the samples in Terraform", () => {
  it("are those of most rules; the others are skipped for a named reason", (test) => {
    const reasons = [...skipped].toSorted(([, one], [, other]) => other - one);
    const without = reasons.reduce((sum, [, count]) => sum + count, 0);
    test.diagnostic(
      `${translated} samples of ${covered.size} rules translated, ${inParts} of them in parts too, ${without} skipped:`,
    );
    for (const [reason, count] of reasons) test.diagnostic(`${count} × ${reason}`);
    assert.ok(translated >= 810);
    assert.ok(inParts >= 30);
  });
});

/** Types that may share a table: an instance and its cluster. */
function siblings(type: string): readonly string[] {
  const service = (name: string) => String(TF_TYPES[name]?.type).split("::").slice(0, 2).join("::");
  return Object.keys(TF_TYPES).filter((other) => service(other) === service(type));
}

function skip(rule: Rule, { problems, units }: CheckResult): string | undefined {
  if (problems.length > 0) return "the sample is broken on purpose";
  if (rule.types.some((type) => type.startsWith("Ward::"))) return "a fact about templates";
  return units.some(({ unit }) => unit.format !== "cloudformation") ? "no template" : undefined;
}

function resourcesOf({ units }: CheckResult) {
  return units.flatMap(({ unit }) => unit.graph.resources);
}

/** Why a translation tells nothing about the rule. */
function whyNot(translation: Translation | undefined, isSameVerdict: () => boolean | undefined): string | undefined {
  if (translation?.ok === false) return translation.reason;
  const [other] = translation?.otherDefaults ?? [];
  return other !== undefined && isSameVerdict() !== true ? `another default of ${other}` : undefined;
}

function isSame(rule: Rule, written: CheckResult, again: CheckResult, translation: Translation | undefined): boolean {
  return isDeepStrictEqual(verdicts(rule, written), verdicts(rule, again, translation));
}

function verdicts(rule: Rule, { units }: CheckResult, translation?: Translation): readonly string[] {
  const addresses = translation?.ok === true ? [...translation.addresses] : [];
  const names = new Map(addresses.map(([id, address]) => [address, id]));
  return units
    .flatMap(({ findings }) => findings)
    .filter((finding) => finding.rule.id === rule.id)
    .map(({ kind, resource }) => `${names.get(resource.id.replace(/\[0\]$/, "")) ?? resource.id}: ${kind}`)
    .toSorted();
}
