/**
 * The grants of a Ward app's functions, held against what their code does with `ctx`. One function has one answer to each
 * fact; what its code leaves open is said call by call, as steps. Proposes to take away what no code uses.
 */
import { dirname } from "node:path/posix";
import { codeProjectOf } from "../../code/code-project.ts";
import type { CodeAnalysis, CodeProject, ExternalCall } from "../../code/contract.ts";
import type { Finding, Step } from "../../judge/finding.ts";
import type { Resource } from "../../graph/resource.ts";
import { functionFiles, functionName } from "../../readers/ward/read-app.ts";
import type { Unit } from "../../readers/read-unit.ts";
import { positionOf, type SourceText, type Spot } from "../../source/source-text.ts";
import type { Analysis, AnalysisInput, JudgedUnit } from "../analysis.ts";
import type { Patch } from "../patch.ts";
import { compareGrants, type Comparison, type Grant } from "./compare.ts";
import {
  EGRESS_USES_TLS,
  EMITS_REFERENCES_ONLY,
  GRANTS_ONLY_WHAT_IS_USED,
  GRANTS_WHAT_IS_NEEDED,
  REACHES_THROUGH_CTX,
} from "./facts.ts";
import { finding, STEPS_MAX } from "./finding-of.ts";
import { aroundCtx, emits, misplaced, tls } from "./judge-calls.ts";
import { narrowingEdits } from "./narrow.ts";
import { GRANT_KINDS, usesOf, type GrantKind, type OpenUse, type Use, type Uses } from "./uses.ts";

interface Judged {
  readonly fn: Resource;
  readonly code: CodeAnalysis;
  readonly compared: Comparison;
  readonly uses: Uses;
}

export const analysis: Analysis = {
  facts: [GRANTS_ONLY_WHAT_IS_USED, GRANTS_WHAT_IS_NEEDED, EMITS_REFERENCES_ONLY, EGRESS_USES_TLS, REACHES_THROUGH_CTX],
  async run(input) {
    const project = await codeProjectOf(input.files);
    const apps = input.units.filter(({ format }) => format === "ward").map((unit) => judgeApp(unit, input, project));
    const patches = input.options.wantsPatches === true ? apps.flatMap(({ patches: own }) => own) : [];
    return { units: apps.map(({ unit }) => unit), patches };
  },
};

function judgeApp(unit: Unit, input: AnalysisInput, project: CodeProject) {
  const { files } = input;
  const judged = functionFiles(dirname(unit.file), files).flatMap((file): readonly Judged[] => {
    const fn = unit.graph.resource(`functions/${functionName(file)}`);
    if (!fn) return [];
    const code = project.analyze({ entry: { file, export: "default", member: ["handle"] } });
    const uses = withMissingHandler(
      usesOf(code, (path) => files.read(path)),
      code,
      fn,
    );
    return [{ fn, code, uses, compared: compareGrants(fn, uses) }];
  });
  const { left, patches } = narrowed(judged);
  const findings = judged.flatMap((one) => [
    ...onlyUsed(one, left),
    ...allNeeded(one),
    ...emits(one.fn, one.uses.emitted),
    ...tls(one.fn, one.uses.sent),
    aroundCtx(one.fn, one.code),
  ]);
  return {
    unit: { unit, findings: [...findings, ...misplaced(dirname(unit.file), input)] } satisfies JudgedUnit,
    patches,
  };
}

/** Of code that was not found nothing is known. */
function withMissingHandler(uses: Uses, { handler, gaps }: CodeAnalysis, fn: Resource): Uses {
  if (handler) return uses;
  const because = gaps[0]?.reason ?? "its handler, which was not found";
  return { ...uses, open: [...uses.open, { couldNeed: () => true, because, what: "the code", spot: fn.spot }] };
}

function onlyUsed({ fn, compared }: Judged, left: ReadonlySet<string>): readonly Finding[] {
  const { granted, excess, undecided, open, grantsOpen } = compared;
  const [first] = excess;
  if (first) {
    const byHand = excess.some(({ spot }) => left.has(keyOf(spot)))
      ? "; what code puts together is changed by hand"
      : "";
    const doubt = undecided.length > 0 ? `; whether ${shown(undecided)} ${isOrAre(undecided)} used is not known` : "";
    const mend = mendOf(compared);
    return [
      {
        ...finding(GRANTS_ONLY_WHAT_IS_USED, fn, "fail", `no code uses ${shown(excess)}${byHand}${doubt}`, first.spot),
        ...(undecided.length > 0 ? { steps: stepsOf(open) } : {}),
        ...(mend === undefined ? {} : { mend }),
      },
    ];
  }
  const [doubt] = undecided;
  if (doubt) {
    const site = open.find(({ couldNeed }) => couldNeed(doubt.kind, doubt.name));
    const because = `whether ${shown(undecided)} ${isOrAre(undecided)} used depends on ${site?.because ?? "the code"}`;
    const found = finding(GRANTS_ONLY_WHAT_IS_USED, fn, "unknown", because, site?.spot ?? doubt.spot);
    return [{ ...found, steps: stepsOf(open) }];
  }
  if (grantsOpen) return [finding(GRANTS_ONLY_WHAT_IS_USED, fn, "unknown", grantsOpen.because, grantsOpen.spot)];
  return granted.length === 0
    ? []
    : [finding(GRANTS_ONLY_WHAT_IS_USED, fn, "pass", "each is used", fn.at("grants").spot)];
}

function allNeeded({ fn, compared, uses }: Judged): readonly Finding[] {
  const { missing, doubtful, open, grantsOpen, granted } = compared;
  const [first] = missing;
  if (first && grantsOpen) return [finding(GRANTS_WHAT_IS_NEEDED, fn, "unknown", grantsOpen.because, grantsOpen.spot)];
  if (first) {
    const because = `${calledAs(first.call)} needs ${missing.map(described).join(", ")}, which ${missing.length > 1 ? "are" : "is"} not granted`;
    const found = finding(GRANTS_WHAT_IS_NEEDED, fn, "fail", because, first.call.spot);
    return [{ ...found, steps: missing.slice(0, STEPS_MAX).flatMap(wayTo) }];
  }
  const [perhaps] = doubtful;
  if (perhaps) {
    const lacking = `${doubtful.map(described).join(", ")} ${doubtful.length > 1 ? "are" : "is"} not granted`;
    const because = `what ${calledAs(perhaps.call)} needs depends on which branch of the code runs; ${lacking}`;
    return [finding(GRANTS_WHAT_IS_NEEDED, fn, "unknown", because, perhaps.call.spot)];
  }
  const [doubt] = open.filter(({ what }) => what !== "the code");
  if (doubt) {
    const because = `what ${doubt.what} needs depends on ${doubt.because}`;
    return [{ ...finding(GRANTS_WHAT_IS_NEEDED, fn, "unknown", because, doubt.spot), steps: stepsOf(open) }];
  }
  if (uses.uses.length === 0 && granted.length === 0) return [];
  return [finding(GRANTS_WHAT_IS_NEEDED, fn, "pass", "each call is granted", fn.spot)];
}

/** A list that several functions share is narrowed only by what none of them uses. */
function narrowed(judged: readonly Judged[]): {
  readonly left: ReadonlySet<string>;
  readonly patches: readonly Patch[];
} {
  const kept = new Set(
    judged.flatMap(({ compared: { granted, excess } }) =>
      granted.filter((grant) => !excess.includes(grant)).map(({ spot }) => keyOf(spot)),
    ),
  );
  const left = new Set<string>();
  const patches: Patch[] = [];
  for (const { fn, compared } of judged) {
    const bySource = new Map<SourceText, Set<number>>();
    for (const { spot } of compared.excess) {
      if (kept.has(keyOf(spot))) left.add(keyOf(spot));
      else bySource.set(spot.source, (bySource.get(spot.source) ?? new Set()).add(spot.offset));
    }
    for (const [source, offsets] of bySource) {
      const narrowing = narrowingEdits(source, offsets);
      for (const offset of narrowing.left) left.add(keyOf({ source, offset }));
      if (narrowing.edits.length === 0) continue;
      const mends = { rule: GRANTS_ONLY_WHAT_IS_USED.id, resource: fn.id };
      patches.push({ source, edits: narrowing.edits, mends });
    }
  }
  return { left, patches };
}

/** The grants that are left, as they would be written. */
function mendOf({ granted, excess }: Comparison): string | undefined {
  const kept = granted.filter((grant) => !excess.includes(grant));
  if (kept.length === 0) return "// No grants: leave `grants` out.";
  // Egress grants say more than a host.
  if (kept.some(({ kind }) => kind === "egress")) return undefined;
  const lists = GRANT_KINDS.flatMap((kind) => {
    const names = kept.filter((grant) => grant.kind === kind).map(({ name }) => JSON.stringify(name));
    if (names.length === 0) return [];
    if (names.length <= 3) return [`  ${kind}: [${names.join(", ")}],`];
    return [`  ${kind}: [`, ...names.map((name) => `    ${name},`), "  ],"];
  });
  return ["grants: {", ...lists, "},"].join("\n");
}

function stepsOf(open: readonly OpenUse[]): readonly Step[] {
  return open.slice(0, STEPS_MAX).map(({ spot, what, because }) => ({
    position: positionOf(spot),
    text: `${what} depends on ${because}`,
  }));
}

/** From the handler to the call. */
function wayTo({ call, name }: Use): readonly Step[] {
  const way = call.stack.map(({ spot, name: entered, kind }) => ({
    position: positionOf(spot),
    text: kind === "handler" ? "the handler" : `calls ${entered || "a function"}`,
  }));
  return [...way, { position: positionOf(call.spot), text: `${calledAs(call)} needs ${name}` }];
}

function calledAs({ callee }: ExternalCall): string {
  return callee.kind === "input" ? `ctx.${callee.path.join(".")}` : "a call";
}

const WORDS: Readonly<Record<GrantKind, string>> = {
  fhir: "",
  emits: "the event ",
  secrets: "the secret ",
  egress: "the host ",
};

function described({ kind, name }: { readonly kind: GrantKind; readonly name: string }): string {
  return `${WORDS[kind]}${name.slice(0, 80)}`;
}

function shown(grants: readonly Grant[]): string {
  return grants.map(described).join(", ");
}

function isOrAre(grants: readonly Grant[]): string {
  return grants.length === 1 ? "is" : "are";
}

function keyOf({ source, offset }: Spot): string {
  return `${source.file}:${offset}`;
}
