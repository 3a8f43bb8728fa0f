/** The analyses, each loaded when it applies: a template alone loads none of them. */
import type { Fact } from "../judge/fact.ts";
import type { Analysis, AnalysisInput } from "./analysis.ts";
import { DEPENDENCY_FILE } from "./dependencies/dependency-file.ts";

interface ListedAnalysis {
  readonly id: string;
  /** A cheap look; MUST NOT parse anything. */
  readonly applies: (input: AnalysisInput) => boolean;
  readonly load: () => Promise<Analysis>;
}

const CODE_FILE = /\.[cm]?[jt]sx?$/;

const ANALYSES: readonly ListedAnalysis[] = [
  {
    id: "grants",
    applies: ({ units }) => units.some(({ format }) => format === "ward"),
    load: async () => (await import("./grants/grants.ts")).analysis,
  },
  {
    id: "dependencies",
    applies: ({ paths }) => paths.some((path) => DEPENDENCY_FILE.test(path)),
    load: async () => (await import("./dependencies/dependencies.ts")).analysis,
  },
  {
    id: "secrets",
    applies: ({ paths, options }) => paths.length > 1 || options.history === true,
    load: async () => (await import("./secrets/secrets.ts")).analysis,
  },
  {
    id: "privilege",
    applies: ({ units, paths }) => hasCode(units, paths),
    load: async () => (await import("./privilege/privilege.ts")).analysis,
  },
  {
    id: "phi-flow",
    applies: ({ units, paths }) => units.some(({ format }) => format === "ward") || hasCode(units, paths),
    load: async () => (await import("./phi-flow/phi-flow.ts")).phiFlow,
  },
  {
    id: "unused",
    applies: ({ units, paths }) => hasCode(units, paths) || hasPackage(paths),
    load: async () => (await import("./unused/unused.ts")).analysis,
  },
];

/** The analyses that have something to look at, in the order of the table. */
export async function loadAnalyses(input: AnalysisInput): Promise<readonly (Analysis & { readonly id: string })[]> {
  return await Promise.all(
    ANALYSES.filter(({ applies }) => applies(input)).map(async ({ id, load }) => ({ id, ...(await load()) })),
  );
}

export async function loadAnalysisFacts(): Promise<readonly Fact[]> {
  const analyses = await Promise.all(ANALYSES.map(async ({ load }) => await load()));
  return analyses.flatMap(({ facts }) => facts);
}

function hasPackage(paths: AnalysisInput["paths"]): boolean {
  return paths.some((path) => /(^|\/)package\.json$/.test(path)) && paths.some((path) => CODE_FILE.test(path));
}

/** Functions, and code that may be theirs. */
function hasCode(units: AnalysisInput["units"], paths: AnalysisInput["paths"]): boolean {
  return units.some(({ graph }) => {
    const functions = graph.ofType("AWS::Lambda::Function");
    return (
      functions.some((fn) => !fn.at("Code.ZipFile").isAbsent) ||
      (functions.length > 0 && paths.some((path) => CODE_FILE.test(path)))
    );
  });
}
