/**
 * Where PHI goes: from what functions are given and read to every place that it must not reach, across functions through the
 * resources of the template. Decisions and their reasons: docs/decisions/0053-phi-flow.md.
 */
import { codeProjectOf } from "../../code/code-project.ts";
import type { CodeProject } from "../../code/contract.ts";
import { handlerOf } from "../../code/handler-of.ts";
import { ModuleParser } from "../../code/syntax/parse-module.ts";
import type { Finding } from "../../judge/finding.ts";
import type { FileReader } from "../../readers/reading.ts";
import type { Unit } from "../../readers/read-unit.ts";
import { positionOf } from "../../source/source-text.ts";
import type { Analysis } from "../analysis.ts";
import { Annotations } from "./annotations.ts";
import { carriedOut } from "./carried-out.ts";
import { PHI_FACTS } from "./facts.ts";
import { findingsOf } from "./findings.ts";
import { judgedFunction } from "./function-judgement.ts";
import { markOf } from "./marked-resources.ts";
import { readSettings, type PhiSettings } from "./settings.ts";
import { UnitSearch, type FunctionCode, type Said } from "./unit-search.ts";
import { judgedWardFunction, wardFunctions } from "./ward-app.ts";

export const phiFlow: Analysis = {
  facts: Object.values(PHI_FACTS),
  async run({ units, files, root, paths }) {
    const settings = readSettings(root, files);
    const project = await codeProjectOf(files);
    const annotations = new Annotations(settings, new ModuleParser(await import("oxc-parser")));
    annotations.learn(paths, files);
    const said = { fields: settings.fields, annotation: annotations.at, isInsideSafe: annotations.isInsideSafe };
    const asked = { files, project, settings, said };
    const judged = units.map((unit) => ({
      unit,
      findings: unit.format === "ward" ? ofApp(unit, asked) : ofTemplate(unit, asked),
    }));
    return { units: judged.filter(({ findings }) => findings.length > 0) };
  },
};

interface Asked {
  readonly files: FileReader;
  readonly project: CodeProject;
  readonly settings: PhiSettings;
  readonly said: Said;
}

function ofApp(unit: Unit, { files, project, settings, said }: Asked): readonly Finding[] {
  const functions = wardFunctions(unit, project, files);
  return functions.flatMap((one) => findingsOf(judgedWardFunction(one, unit.graph, said, settings)));
}

function ofTemplate({ graph }: Unit, { files, project, settings, said }: Asked): readonly Finding[] {
  const found: FunctionCode[] = [];
  const lost: Finding[] = [];
  for (const fn of graph.ofType("AWS::Lambda::Function")) {
    const search = handlerOf(fn, graph, files);
    if (search.found) found.push({ fn, analysis: project.analyze(search.request) });
    else if (markOf(fn)?.holds === true) {
      const because = `${search.reason}; ${markOf(fn)?.because ?? ""}`;
      lost.push({
        rule: PHI_FACTS.followed,
        resource: fn,
        kind: "unknown",
        because,
        position: positionOf(search.spot),
      });
    }
  }
  if (found.length === 0) return lost;
  const search = new UnitSearch(graph, found, said);
  const judged = search.run().map((one) => judgedFunction(one, search, graph, settings, said));
  return [...judged.flatMap(findingsOf), ...carriedOut(graph, search.channels, settings), ...lost];
}
