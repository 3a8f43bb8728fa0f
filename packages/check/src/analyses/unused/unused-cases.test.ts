/** The cases of conformance/check/unused: files, and what of them nothing uses. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parse } from "yaml";
import { memoryFiles } from "../../code/testing/memory-files.ts";
import { readUnits } from "../../readers/read-unit.ts";
import { FACTS } from "./facts.ts";
import { analysis } from "./unused.ts";

interface Case {
  readonly about: string;
  readonly files: Readonly<Record<string, string>>;
  readonly fails: readonly string[];
  readonly unknown?: readonly string[];
  readonly passes?: readonly string[];
}

const HOME = new URL("../../../../../conformance/check/unused/", import.meta.url);
const cases = readdirSync(HOME).flatMap((file) => parse(readFileSync(new URL(file, HOME), "utf8")) as readonly Case[]);

describe("the cases of what is unused", () => {
  it("are forty or more examples and counterexamples, and show each fact failing", () => {
    assert.ok(cases.length >= 40, String(cases.length));
    const shown = cases.flatMap(({ fails }) => fails.join()).join();
    for (const { id } of FACTS) assert.ok(shown.includes(id), id);
  });

  for (const one of cases) {
    it(one.about, async () => {
      const said = await judged(one.files);
      assert.deepEqual(unmatched(said("fail"), one.fails), { beyond: [], lacking: [] });
      assert.deepEqual(unmatched(said("unknown"), one.unknown ?? []).lacking, [], said("unknown").join("\n"));
      assert.deepEqual(unmatched(said("pass"), one.passes ?? []).lacking, [], said("pass").join("\n"));
    });
  }
});

async function judged(given: Readonly<Record<string, string>>): Promise<(kind: string) => readonly string[]> {
  const files = memoryFiles(given);
  const paths = files.paths.filter((path) => !path.includes("node_modules/"));
  const units = await readUnits(paths, { parameters: {}, files });
  const result = await analysis.run({ cwd: ".", root: ".", files, paths, units, options: { now: new Date(0) } });
  const findings = result.units.flatMap((unit) => unit.findings);
  return (kind) =>
    findings
      .filter((finding) => finding.kind === kind)
      .map(({ resource, rule, because }) => `${resource.id} ${rule.id}: ${because}`);
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
