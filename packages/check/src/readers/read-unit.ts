/** One input file (or, for Terraform, one folder) as a graph. Which format it is shows in its text, not in its name alone. */
import { Graph } from "../graph/graph.ts";
import { parseText } from "../source/parse-text.ts";
import type { SourceProblem } from "../source/source-text.ts";
import { looksLikeTemplate, readTemplate } from "./cloudformation/read-template.ts";
import type { Reading, ReadOptions } from "./reading.ts";

/** What is judged as one: a stack with its nested stacks, a root module with its modules. */
export interface Unit {
  readonly file: string;
  readonly format: UnitFormat;
  readonly graph: Graph;
}

export type UnitFormat = "cloudformation" | "terraform" | "terraform-plan" | "serverless" | "kubernetes" | "ward";

/** Undefined where the file is none of the formats: most files of a repository are not. */
export async function readUnit(file: string, text: string, options: ReadOptions): Promise<Unit | undefined> {
  if (!mayBeTemplate(text)) return undefined;
  const documents = parseText(file, text);
  const readings: Reading[] = [];
  const problems: SourceProblem[] = [];
  for (const { root, source, problems: found } of documents) {
    problems.push(...found);
    if (root && looksLikeTemplate(root)) readings.push(await readTemplate(source, root, options));
  }
  if (readings.length === 0 && problems.length === 0) return undefined;
  return { file, format: "cloudformation", graph: graphOf(readings, problems, options) };
}

/** A cheap look before parsing: a template says one of these somewhere. */
function mayBeTemplate(text: string): boolean {
  return /\bResources\b|AWSTemplateFormatVersion/.test(text);
}

function graphOf(readings: readonly Reading[], problems: readonly SourceProblem[], options: ReadOptions): Graph {
  return new Graph({
    resources: readings.flatMap(({ resources }) => resources),
    problems: [...problems, ...readings.flatMap((reading) => reading.problems)],
    ...(options.region === undefined ? {} : { region: options.region }),
  });
}
