/** Files in memory through the readers and the analysis, as a run does it. */
import { dirname } from "node:path/posix";
import type { Finding } from "../../../judge/finding.ts";
import { readUnits } from "../../../readers/read-unit.ts";
import { mayBeTemplate } from "../../../input/disk-files.ts";
import type { InputProblem } from "../../analysis.ts";
import { phiFlow } from "../phi-flow.ts";

export async function runCase(
  contents: ReadonlyMap<string, string>,
): Promise<{ readonly findings: readonly Finding[]; readonly problems: readonly InputProblem[] }> {
  const paths = [...contents.keys()].toSorted();
  const files = {
    read: (path: string) => contents.get(path.replace(/^\.\//, "")),
    list: (folder: string) => paths.filter((path) => dirname(path) === folder.replace(/^\.\/(?=.)|\/$/g, "")),
  };
  const units = await readUnits(
    paths.filter((path) => mayBeTemplate(path) || path.endsWith("ward.config.ts")),
    { parameters: {}, files },
  );
  const { units: judged, problems = [] } = await phiFlow.run({
    cwd: ".",
    root: ".",
    files,
    paths,
    units,
    options: { now: new Date(0) },
  });
  return { findings: judged.flatMap(({ findings }) => findings), problems };
}
