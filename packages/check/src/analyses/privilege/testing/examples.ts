/**
 * The examples of conformance/check/privilege: of each `## title` the files, as fenced blocks named after the language
 * (`ts src/save.ts`), and under `text expected` what is to be found. Run by a test and by
 * `npm run conformance -- check-privilege`.
 */
import { codeProjectOf } from "../../../code/code-project.ts";
import { memoryFiles } from "../../../code/testing/memory-files.ts";
import { handlerOf } from "../../../code/handler-of.ts";
import { readUnits } from "../../../readers/read-unit.ts";
import { mayBeTemplate } from "../../../input/disk-files.ts";
import type { Finding } from "../../../judge/finding.ts";
import { mergePatches, patched } from "../../patch.ts";
import { functionPrivileges } from "../function-privileges.ts";
import { statementsOf } from "../fix/statements.ts";
import { judgeUnit } from "../privilege.ts";
import { spellResource } from "../resources/spell.ts";
import { Stack } from "../resources/stack.ts";

export interface Example {
  readonly title: string;
  readonly files: Readonly<Record<string, string>>;
  readonly expected: string;
  /** The files as `--fix --write` leaves them, where the example says so. */
  readonly fixed: Readonly<Record<string, string>>;
}

const BLOCK = /^```\w+ (\S.*)\n([\s\S]*?)^```$/gm;

export function examplesIn(text: string): readonly Example[] {
  return text
    .split(/^## /m)
    .slice(1)
    .map((section): Example => {
      const title = section.slice(0, section.indexOf("\n"));
      const files: Record<string, string> = {};
      const fixed: Record<string, string> = {};
      let expected = "";
      for (const [, name = "", body = ""] of section.matchAll(BLOCK)) {
        if (name === "expected") expected = body;
        else if (name.startsWith("fixed ")) fixed[name.slice("fixed ".length)] = body;
        else files[name] = body;
      }
      return { title, files, expected, fixed };
    });
}

/** What is found, in the words of the examples, and the files after the fix. */
export async function runExample({
  files,
}: Example): Promise<{ readonly found: string; readonly fixed: Readonly<Record<string, string>> }> {
  const reader = memoryFiles(files);
  const units = await readUnits(reader.paths.filter(mayBeTemplate), { parameters: {}, files: reader });
  const project = await codeProjectOf(reader);
  const lines: string[] = [];
  const fixed: Record<string, string> = {};
  const stacks: Stack[] = units.map(({ graph }) => new Stack(graph, () => stacks.filter((one) => one.graph !== graph)));
  for (const [index, unit] of units.entries()) {
    const stack = stacks[index] ?? new Stack(unit.graph);
    const { findings, patches } = judgeUnit(
      unit,
      { files: reader, options: { now: new Date(0), wantsPatches: true } },
      project,
      stack,
    );
    for (const fn of unit.graph.ofType("AWS::Lambda::Function")) {
      const place = handlerOf(fn, unit.graph, reader);
      const own = findings.filter(({ resource }) => resource.id === fn.id);
      if (own.length === 0) continue;
      const needs = place.found ? functionPrivileges(fn, project.analyze(place.request), stack).needs : [];
      lines.push(fn.id, ...policyLines(needs, stack), ...own.flatMap(findingLines));
    }
    for (const patch of mergePatches(patches)) fixed[patch.source.file] = patched(patch);
  }
  return { found: `${lines.join("\n")}\n`, fixed };
}

/** Log statements are alike for all, so that they would only hide the rest. */
function policyLines(needs: Parameters<typeof statementsOf>[0], stack: Stack): readonly string[] {
  return statementsOf(needs, stack).flatMap(({ actions, resources, conditions, isNotResources }) => {
    if (actions.includes("logs:PutLogEvents") && resources.every((text) => text.includes("log-group:/aws/lambda/")))
      return [];
    const on = resources.map((text) => spellResource(text, stack)).join(" | ");
    const only = conditions.map(({ key, values }) => ` if ${key} is ${values.join(" | ")}`).join("");
    return [`  needs ${actions.join(", ")} on ${isNotResources ? "all but " : ""}${on}${only}`];
  });
}

function findingLines({ rule, kind, because }: Finding): readonly string[] {
  if (kind === "pass") return [];
  return [`  ${kind} ${rule.id}: ${because}`];
}

/** The text of a file of examples with another answer in one of its blocks. */
export function withAnswer(text: string, title: string, label: string, body: string): string {
  const at = text.indexOf(`## ${title}\n`);
  const start = text.indexOf(` ${label}\n`, at) + label.length + 2;
  return text.slice(0, start) + body + text.slice(text.indexOf("```", start));
}
