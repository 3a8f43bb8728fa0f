/**
 * What nothing uses: stores, queues, functions, roles, variables, parts of templates, packages. What is granted and not used
 * is the privilege analysis' own. INVARIANT: nothing is called unused on the strength of code that was not read.
 */
import { codeProjectOf } from "../../code/code-project.ts";
import type { CodeProject } from "../../code/contract.ts";
import type { Finding } from "../../judge/finding.ts";
import type { Unit } from "../../readers/read-unit.ts";
import { Stack } from "../privilege/resources/stack.ts";
import type { Analysis, AnalysisInput, AnalysisResult } from "../analysis.ts";
import { exportedIn } from "./exports.ts";
import { FACTS } from "./facts.ts";
import { judgeActors } from "./judge-actors.ts";
import { judgeEnvironment } from "./judge-environment.ts";
import { judgePackages } from "./judge-packages.ts";
import { judgeStores } from "./judge-stores.ts";
import { Mentions } from "./mentions.ts";
import { otherActors } from "./other-actors.ts";
import { readFunctions } from "./read-functions.ts";
import { judgeTemplateParts } from "./template-parts.ts";
import { writtenUses } from "./written-uses.ts";

export const analysis: Analysis = { facts: FACTS, run };

async function run(input: AnalysisInput): Promise<AnalysisResult> {
  const { files, paths } = input;
  const units = input.units.filter(({ graph }) => graph.ofType("AWS::Lambda::Function").length > 0);
  const project = units.length > 0 ? await codeProjectOf(files) : undefined;
  const judged = project ? units.map((unit) => ({ unit, findings: judgeUnit(unit, input, project) })) : [];
  return { units: [...judged, ...judgePackages(paths, files)] };
}

export function judgeUnit(
  unit: Unit,
  { files, paths }: Pick<AnalysisInput, "files" | "paths">,
  project: CodeProject,
): readonly Finding[] {
  const { graph } = unit;
  const stack = new Stack(graph);
  const functions = readFunctions(graph, files, project, stack);
  // Without any code nobody can say what is used.
  if (!functions.some(({ code }) => code !== undefined)) return judgeTemplateParts(unit);
  const mentions = new Mentions(graph);
  const around = {
    graph,
    stack,
    mentions,
    others: otherActors(graph, stack, mentions),
    functions,
    isExported: exportedIn(unit, files, paths),
    written: writtenUses(unit, files),
  };
  return [
    ...judgeStores(around),
    ...judgeActors(unit, around),
    ...judgeEnvironment(functions, files),
    ...judgeTemplateParts(unit),
  ];
}
