/** The analysis of what should stand in no file and no commit: keys, tokens, passwords, patients' identifiers. */
import { resolve } from "node:path";
import { dirname, join } from "node:path/posix";
import { Graph } from "../../graph/graph.ts";
import type { Fact } from "../../judge/fact.ts";
import type { Finding, Subject } from "../../judge/finding.ts";
import { pathBelow } from "../../input/path-below.ts";
import type { FileReader } from "../../readers/reading.ts";
import { positionOf, SourceText } from "../../source/source-text.ts";
import type { Analysis, AnalysisInput, AnalysisResult, InputProblem, JudgedUnit } from "../analysis.ts";
import {
  fixturesHoldNoPatients,
  historyHoldsNoSecret,
  SECRET_FACTS,
  tokenIsNotInFiles,
  valueIsNotInFiles,
} from "./facts.ts";
import { readHistory } from "./git-history.ts";
import { readableFiles, type ReadableFiles } from "./readable-files.ts";
import { scanText, type Sighting } from "./scan-text.ts";

const MADE_UP =
  /\b(?:synthetic|synthea|fictitious|fictional|invented|made[- ]up|artificial|nobody in (?:it|them) exists|no real (?:patients?|persons?|people|data))\b/i;

export const analysis: Analysis = { facts: SECRET_FACTS, run };

async function run(input: AnalysisInput): Promise<AnalysisResult> {
  const { paths, files, options } = input;
  const readable = readableFiles(paths, files);
  const units: JudgedUnit[] = [];
  const seen = new Set<string>();
  readable.each((path, text) => {
    const sightings = scanText(pathBelow(input, path), text, options.now).filter(
      ({ fact }) => fact !== fixturesHoldNoPatients || !saysMadeUp(path, files),
    );
    if (sightings.length === 0) return;
    for (const { identity } of sightings) seen.add(identity);
    units.push(judgeFile(new SourceText(path, text), sightings));
  });
  units.push(...readable.passedOver.keyStores.map(judgeKeyStore));
  const history = options.history === true ? await judgeHistory(input, seen) : { units: [], problems: [], commits: 0 };
  const failed = new Set([...units, ...history.units].flatMap(({ findings }) => findings.map(({ rule }) => rule)));
  const held = SECRET_FACTS.filter(
    (fact) => !failed.has(fact) && (fact !== historyHoldsNoSecret || history.isWhole === true),
  );
  return {
    units: [...units, ...history.units, judgeWhole(input, readable, held, history.commits)],
    problems: history.problems,
  };
}

/** Whether the README beside a file says that nobody in it exists: what no look at the data itself can tell. */
function saysMadeUp(path: string, files: FileReader): boolean {
  const readme = ["README.md", "README.txt", "README"].map((name) => files.read(join(dirname(path), name)));
  return readme.some((text) => text !== undefined && MADE_UP.test(text));
}

function judgeFile(source: SourceText, sightings: readonly Sighting[]): JudgedUnit {
  const counts = new Map<string, number>();
  const findings = sightings.map((sighting): Finding => {
    const nth = (counts.get(sighting.kind) ?? 0) + 1;
    counts.set(sighting.kind, nth);
    const spot = { source, offset: sighting.offset };
    const position = positionOf(spot);
    return {
      rule: sighting.fact,
      resource: subjectOf(sighting, nth, spot),
      kind: "fail",
      because: `a ${describe(sighting)} stands here`.replace(/^a (?=[AaEeIiOoHh](?!i|u))/, "an "),
      position,
    };
  });
  return { unit: { file: source.file, format: "sources", graph: new Graph({ resources: [] }) }, findings };
}

/** What is in it only its password tells; what it is for, its name. */
function judgeKeyStore(path: string): JudgedUnit {
  const spot = { source: new SourceText(path, ""), offset: 0 };
  const finding: Finding = {
    rule: valueIsNotInFiles,
    resource: { id: "key-store", name: path, type: "file", spot },
    kind: "fail",
    because: "this file is a store of keys or passwords, with nothing between them and a guesser but its own password",
    position: positionOf(spot),
  };
  return { unit: { file: path, format: "sources", graph: new Graph({ resources: [] }) }, findings: [finding] };
}

/** Named by its digest where that tells nothing, or else by its place among its kind: a name outlives a change of lines. */
function subjectOf({ kind, name, shown, fingerprint }: Sighting, nth: number, spot: Subject["spot"]): Subject {
  return { id: `${kind}-${fingerprint ?? nth}`, name: `${name} (${shown})`, type: "secret", spot };
}

function describe({ name, shown, fingerprint }: Sighting): string {
  return `${name}, ${shown}${fingerprint === undefined ? "" : `, fingerprint ${fingerprint}`},`;
}

interface HistoryJudged {
  readonly units: readonly JudgedUnit[];
  readonly problems: readonly InputProblem[];
  readonly commits: number;
  readonly isWhole?: boolean;
}

/** What is in the files as well was said there. */
async function judgeHistory({ cwd, root, options }: AnalysisInput, seen: Set<string>): Promise<HistoryJudged> {
  const byFile = new Map<string, Finding[]>();
  const known = new Set(seen);
  const folder = resolve(cwd, root);
  const read = await readHistory(folder, ({ commit, day, path, line, text }) => {
    for (const sighting of scanText(path, text, options.now)) {
      if (known.has(sighting.identity)) continue;
      known.add(sighting.identity);
      const source = new SourceText(path, "");
      const within = new SourceText(path, text).positionAt(sighting.offset);
      const finding: Finding = {
        rule: historyHoldsNoSecret,
        resource: {
          id: `${sighting.kind}-${sighting.fingerprint ?? `${commit.slice(0, 12)}-${line + within.line - 1}`}`,
          name: `${sighting.name} (${sighting.shown}) in commit ${commit.slice(0, 12)}`,
          type: "commit",
          spot: { source, offset: 0 },
        },
        kind: "fail",
        because: `commit ${commit} of ${day} added a ${describe(sighting)} to ${path}; the files hold it no more`,
        position: { file: path, line: line + within.line - 1, column: within.column },
      };
      byFile.set(path, [...(byFile.get(path) ?? []), finding]);
    }
  });
  const problem = (message: string) => [{ position: { file: root, line: 1, column: 1 }, message }];
  if (!read.ok)
    return { units: [], commits: 0, problems: problem(`the Git history could not be read: ${read.reason}`) };
  const units = [...byFile].map(([path, findings]) => ({
    unit: { file: `${path} in the Git history`, format: "sources" as const, graph: new Graph({ resources: [] }) },
    findings,
  }));
  return {
    units,
    commits: read.commits,
    isWhole: !read.truncated,
    problems: read.truncated ? problem("the Git history was read in part: it took longer than ten minutes") : [],
  };
}

/** What holds everywhere, and what was not looked at. */
function judgeWhole(
  { root }: AnalysisInput,
  { passedOver }: ReadableFiles,
  held: readonly Fact[],
  commits: number,
): JudgedUnit {
  const { read, binary, ignored, huge } = passedOver;
  const about = (file: string): Subject => ({
    id: file,
    name: file,
    type: "files",
    spot: { source: new SourceText(file, ""), offset: 0 },
  });
  const whole = about(root);
  const left = [
    ...(binary > 0 ? [`${binary} binary ones`] : []),
    ...(ignored > 0 ? [`${ignored} that Git ignores`] : []),
  ];
  const because = `${read} files were read${left.length === 0 ? "" : `, not ${left.join(" and ")}`}`;
  return {
    unit: { file: root, format: "sources", graph: new Graph({ resources: [] }) },
    findings: [
      ...held.map((rule): Finding => ({
        rule,
        resource: whole,
        kind: "pass",
        because: rule === historyHoldsNoSecret ? `${commits} commits were read` : because,
        position: positionOf(whole.spot),
      })),
      ...huge.map((path): Finding => {
        const resource = about(path);
        const reason = "it is too large to be looked through, or can't be read";
        return {
          rule: tokenIsNotInFiles,
          resource,
          kind: "unknown",
          because: reason,
          position: positionOf(resource.spot),
        };
      }),
    ],
  };
}
