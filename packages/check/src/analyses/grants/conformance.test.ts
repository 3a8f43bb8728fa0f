/** Every case of conformance/check/ward-apps: the code of an app, what is said of its grants, and what `--fix` makes of it. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { describe, it } from "node:test";
import type { Finding } from "../../judge/finding.ts";
import { readUnits } from "../../readers/read-unit.ts";
import { MemoryFiles, sampleApp } from "../../testing/sample-app.ts";
import { mergePatches, patched } from "../patch.ts";
import { EGRESS_USES_TLS, EMITS_REFERENCES_ONLY, GRANTS_ONLY_WHAT_IS_USED, GRANTS_WHAT_IS_NEEDED } from "./facts.ts";
import { analysis } from "./grants.ts";

type Files = Readonly<Record<string, string>>;

interface Case {
  readonly title: string;
  readonly files: Files;
  readonly fixed: Files;
  readonly expected: readonly string[];
}

const folder = new URL("../../../../../conformance/check/ward-apps/", import.meta.url);
const themes = readdirSync(folder).filter((name) => name.endsWith(".md") && name !== "README.md");
const EXPECTED = /^(?:(?:Excess|Missing|Open|Unsure|Fails) \S+: .+|Holds \S+)$/gm;

function casesIn(text: string): readonly Case[] {
  return text
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const blocks = [...section.matchAll(/^```ts (\S+)\n(.*?)^```$/gms)].map(
        ([, path = "", code = ""]) => [path, code] as const,
      );
      return {
        title: section.split("\n")[0] ?? "",
        files: Object.fromEntries(blocks.filter(([path]) => !path.startsWith("fixed:"))),
        fixed: Object.fromEntries(
          blocks
            .filter(([path]) => path.startsWith("fixed:"))
            .map(([path, code]) => [path.slice("fixed:".length), code]),
        ),
        expected: section.replaceAll(/^```.*?^```$/gms, "").match(EXPECTED) ?? [],
      };
    });
}

async function run(contents: Files) {
  const texts = sampleApp(contents);
  const files = new MemoryFiles(texts);
  const paths = [...texts.keys()];
  const units = await readUnits(paths, { parameters: {}, files });
  assert.deepEqual(
    units.flatMap(({ graph }) => graph.problems),
    [],
  );
  const options = { now: new Date(0), wantsPatches: true };
  const result = await analysis.run({ cwd: ".", root: ".", files, paths, units, options });
  const findings = result.units.flatMap((unit) => unit.findings);
  return { findings, patches: mergePatches(result.patches ?? []), functions: units.flatMap(namesOf) };
}

function namesOf({ graph }: Awaited<ReturnType<typeof readUnits>>[number]): readonly string[] {
  return graph.ofType("Ward::Function").map(({ name }) => name);
}

/** A finding in the words of the cases. */
function said({ rule, kind, resource: { name }, because }: Finding): readonly string[] {
  if (kind === "error") return [`Broke ${name}: ${because}`];
  if (rule === GRANTS_ONLY_WHAT_IS_USED) {
    const excess = /no code uses ([^;]*)/.exec(because)?.[1];
    const open = /whether (.*?) (?:is|are) used/.exec(because)?.[1];
    return [
      ...(kind === "fail" && excess !== undefined ? [`Excess ${name}: ${excess}`] : []),
      ...(kind !== "pass" && open !== undefined ? [`Open ${name}: ${open}`] : []),
    ];
  }
  if (rule === GRANTS_WHAT_IS_NEEDED) {
    if (kind === "fail") return [`Missing ${name}: ${/ needs (.*), which/.exec(because)?.[1] ?? ""}`];
    return kind === "unknown" ? [`Unsure ${name}: ${/^what (\S+) needs/.exec(because)?.[1] ?? ""}`] : [];
  }
  return kind === "fail" ? [`Fails ${name}: ${rule.id}`] : [];
}

function allSaid(findings: readonly Finding[], functions: readonly string[]): readonly string[] {
  const lines = findings.flatMap(said);
  const holding = functions.filter(
    (name) => !lines.some((line) => /^(Excess|Missing|Open|Unsure)/.test(line) && line.split(/[ :]/)[1] === name),
  );
  return [...lines, ...holding.map((name) => `Holds ${name}`)].toSorted();
}

describe("the grants of a Ward app", () => {
  for (const theme of themes) {
    const cases = casesIn(readFileSync(new URL(theme, folder), "utf8"));
    for (const { title, files, fixed, expected } of cases) {
      it(`${basename(theme, ".md")}: ${title}`, async () => {
        const { findings, patches, functions } = await run(files);
        const because = findings.map((one) => `${one.kind} ${one.because}`).join("\n");
        assert.deepEqual(allSaid(findings, functions), expected.toSorted(), because);
        const changed = Object.fromEntries(patches.map((patch) => [patch.source.file, patched(patch)]));
        assert.deepEqual(changed, fixed);
        if (patches.length === 0) return;
        const again = await run({ ...files, ...changed });
        assert.deepEqual(
          again.findings.filter(({ rule, kind }) => rule === GRANTS_ONLY_WHAT_IS_USED && kind === "fail"),
          [],
        );
      });
    }
  }

  it("is shown by at least twenty-five apps, of which many change", () => {
    const all = themes.flatMap((theme) => casesIn(readFileSync(new URL(theme, folder), "utf8")));
    assert.ok(all.length >= 55);
    assert.ok(all.filter(({ fixed }) => Object.keys(fixed).length > 0).length >= 20);
    for (const { title, expected } of all) assert.ok(expected.length > 0, `${title} expects nothing`);
  });

  it("has a position, a way and no text of the app's author beyond names", async () => {
    const { findings } = await run({
      "functions/a.ts": `{ trigger: on.hl7("ADT^A01"), purpose: "TREAT", grants: { fhir: ["Patient.read"] },
  async handle(message, ctx) { await purge(ctx); } });
async function purge(ctx) { await ctx.fhir.delete("Patient", "1"); }
void ({}`,
    });
    const missing = findings.find(({ rule }) => rule === GRANTS_WHAT_IS_NEEDED);
    assert.deepEqual(missing?.steps?.map(({ text }) => text).slice(-1), ["ctx.fhir.delete needs Patient.delete"]);
    assert.ok((missing?.steps?.length ?? 0) >= 2, JSON.stringify(missing?.steps));
    assert.deepEqual(
      [EMITS_REFERENCES_ONLY, EGRESS_USES_TLS].filter((rule) => findings.some((one) => one.rule === rule)),
      [],
    );
  });
});
