/**
 * What is found of one function: each place where PHI arrives that must not, with its way, once; what is not known with its
 * reason; and, where everything could be followed, that nothing arrives there.
 */
import type { CodeAnalysis, ExternalCall, Gap, Thrown } from "../../code/contract.ts";
import type { Finding, FindingKind, Step, Subject } from "../../judge/finding.ts";
import { positionOf, type Position, type Spot } from "../../source/source-text.ts";
import { answeredValues, failedWith, refusedWith } from "./answered-values.ts";
import { isHarmlessField, isPhiField } from "./field-names.ts";
import { PHI_FACTS, type PhiFactId } from "./facts.ts";
import { middlewareSinks } from "./sinks/middleware-sinks.ts";
import type { Sink } from "./sinks/sink.ts";
import { takenOut } from "./redacted-paths.ts";
import type { Taint, WayStep } from "./taint.ts";
import type { TaintReader } from "./taint-reader.ts";

/** A function with what finds its places. */
export interface Judged {
  readonly subject: Subject;
  readonly analysis: CodeAnalysis;
  readonly reader: TaintReader;
  /** For places inside of functions whose answers are said to be safe. */
  readonly insideReader: TaintReader;
  readonly isInsideSafe: (spot: Spot) => boolean;
  /** An environment variable of the function, where the template says it. */
  readonly setting: (name: string) => string | undefined;
  readonly sinksOf: (call: ExternalCall) => readonly Sink[];
  /** Why PHI is thought to be in it; undefined where nothing tells so. */
  readonly handles: string | undefined;
  /** What its answers must not hold, where callers may be unknown. */
  readonly answers?: {
    readonly reader: TaintReader;
    readonly isOpen: boolean;
    readonly text: string;
    readonly doubt?: string;
  };
  /** Facts that are shown to hold where nothing was found against them. */
  readonly shown: readonly PhiFactId[];
}

const STEPS_MAX = 16;

export function findingsOf(judged: Judged): readonly Finding[] {
  const found = new Map<string, Finding>();
  const add = (finding: Finding | undefined): void => {
    if (!finding) return;
    const { file, line, column } = finding.position;
    const key = [finding.rule.id, file, line, column].join(":");
    const known = found.get(key);
    if (!known || (known.kind === "unknown" && finding.kind === "fail")) found.set(key, finding);
  };
  for (const call of judged.analysis.calls) {
    for (const sink of judged.sinksOf(call)) add(atSink(judged, sink, call.spot, call.stack));
    for (const sink of middlewareSinks(call, judged.analysis, judged.setting)) add(atSink(judged, sink, call.spot, []));
  }
  for (const thrown of thrownBy(judged.analysis)) add(atThrow(judged, thrown));
  for (const finding of answered(judged)) add(finding);
  const findings = withoutRepeats([...found.values()]);
  return [...findings, ...rest(judged, findings)];
}

function atSink(judged: Judged, sink: Sink, spot: Spot, stack: ExternalCall["stack"]): Finding | undefined {
  const taint = surestAt(judged.isInsideSafe(spot) ? judged.insideReader : judged.reader, sink);
  if (!taint) return undefined;
  const doubt = taint.doubt ?? (sink.doubt === undefined ? undefined : { reason: sink.doubt, spot });
  const fact = taint.certainty === "named" ? "named" : sink.fact;
  const last = { spot, text: `${taint.what} ${sink.text}` };
  const ways = [
    ...taint.way,
    ...entered(stack),
    ...(sink.at ? [{ spot: sink.at, text: "where it goes is declared" }] : []),
    last,
  ];
  return finding(judged, fact, doubt ? "unknown" : "fail", {
    because: doubt ? `${taint.what} ${sink.text}; ${doubt.reason}` : `${taint.what} ${sink.text}`,
    spot,
    ways,
  });
}

function surestAt(reader: TaintReader, sink: Sink): Taint | undefined {
  let found: Taint | undefined;
  for (const value of sink.values) {
    const taint = reader.taintOf(value);
    if (!value || !taint || !counts(taint, sink)) continue;
    const left = sink.redacted ? takenOut(value, taint, sink.redacted, reader) : taint;
    if (
      left &&
      (!found || (found.doubt && !left.doubt) || (found.certainty === "named" && left.certainty === "marked"))
    )
      found = left;
  }
  return found;
}

/** Where records are kept under what singles a person out: an id that says nothing may stand there. */
function counts({ field }: Taint, { onlySingling }: Sink): boolean {
  return (
    onlySingling !== true || (field !== "" && (isPhiField(field) || (!isHarmlessField(field) && SINGLING.test(field))))
  );
}

const SINGLING = /name|e-?mail|phone|address|ssn|mrn|birth|dob|number$/i;

function thrownBy({ throws, calls, returns }: CodeAnalysis): readonly Thrown[] {
  const failed = calls.flatMap((call): readonly Thrown[] => {
    const value = failedWith(call);
    return value ? [{ value, spot: call.spot, stack: call.stack }] : [];
  });
  const refused = returns.flatMap((returned): readonly Thrown[] => {
    const value = refusedWith(returned);
    return value ? [{ value, spot: returned.spot, stack: [] }] : [];
  });
  return [...throws, ...failed, ...refused];
}

function atThrow(judged: Judged, { value, spot, stack }: Thrown): Finding | undefined {
  const sink: Sink = { fact: "errors", values: [value], text: "is thrown, and so reaches the log and the caller" };
  return atSink(judged, sink, spot, stack);
}

function* answered({ analysis, answers, subject }: Judged): Generator<Finding> {
  if (!answers?.isOpen) return;
  for (const { value, spot } of answeredValues(analysis)) {
    const taint = answers.reader.taintOf(value);
    if (!taint || taint.certainty === "named") continue;
    const reason = taint.doubt?.reason ?? answers.doubt;
    const because = `${taint.what} ${answers.text}`;
    yield finding({ subject }, "answers", reason === undefined ? "fail" : "unknown", {
      because: reason === undefined ? because : `${because}; ${reason}`,
      spot,
      ways: [...taint.way, { spot, text: because }],
    });
  }
}

/** Functions of the team's own that the call stands in. */
function entered(stack: ExternalCall["stack"]): readonly WayStep[] {
  return stack
    .filter(({ kind, name }) => (kind === "call" || kind === "callback") && name !== "")
    .slice(-4)
    .map(({ name, spot }) => ({ spot, text: `${name} is called` }));
}

interface Seen {
  readonly because: string;
  readonly spot: Spot;
  readonly ways: readonly WayStep[];
}

function finding(
  judged: Pick<Judged, "subject">,
  fact: PhiFactId,
  kind: FindingKind,
  { because, spot, ways }: Seen,
): Finding {
  return {
    rule: PHI_FACTS[fact],
    resource: judged.subject,
    kind,
    because,
    position: positionOf(spot),
    steps: stepsOf(ways),
  };
}

/** Minor steps only where nothing else is said of their line; of a long way its ends. */
function stepsOf(ways: readonly WayStep[]): readonly Step[] {
  const all = ways.map(({ spot, text, isMinor }) => ({ position: positionOf(spot), text, isMinor }));
  const lines = new Set(all.filter(({ isMinor }) => isMinor !== true).map(({ position }) => lineOf(position)));
  const last = all.at(-1);
  const kept: Step[] = [];
  for (const { position, text, isMinor } of all.slice(0, -1)) {
    if (isMinor === true && lines.has(lineOf(position))) continue;
    if (isMinor === true) lines.add(lineOf(position));
    if (kept.some((step) => text === step.text && isSameLine(position, step.position))) continue;
    kept.push({ position, text });
  }
  const short = kept.length <= STEPS_MAX ? kept : [...kept.slice(0, STEPS_MAX / 2), ...kept.slice(-STEPS_MAX / 2)];
  return last ? [...short, { position: last.position, text: last.text }] : short;
}

/** A call that is made in more ways than are told apart is seen all the same: it hides nothing where it goes nowhere. */
function mayHide({ kind, spot }: Gap, { analysis, sinksOf }: Judged): boolean {
  if (kind !== "effort") return true;
  const here = analysis.calls.filter(
    (call) => call.spot.offset === spot.offset && call.spot.source.file === spot.source.file,
  );
  return here.length === 0 || here.some((call) => sinksOf(call).length > 0);
}

function lineOf({ file, line }: Position): string {
  return `${file}:${line}`;
}

function isSameLine(one: Position, other: Position): boolean {
  return one.file === other.file && one.line === other.line;
}

/** A third party that is told by a URL is told of once. */
function withoutRepeats(findings: readonly Finding[]): readonly Finding[] {
  const isAt = (one: Finding, other: Finding): boolean =>
    isSameLine(one.position, other.position) && one.position.column === other.position.column;
  return findings.filter(
    (one) =>
      one.rule !== PHI_FACTS.named ||
      !findings.some(
        (other) => other !== one && other.rule !== PHI_FACTS.named && other.kind === "fail" && isAt(one, other),
      ),
  );
}

function rest(judged: Judged, findings: readonly Finding[]): readonly Finding[] {
  const { handles, subject, analysis, shown } = judged;
  if (handles === undefined) return [];
  const gap = analysis.gaps.find((one) => mayHide(one, judged));
  const inner = analysis.returns.find(({ value }) => value.kind === "function");
  const { givenUp } = judged.reader;
  if (givenUp) {
    const because = `a value is made of too many others to be followed; ${handles}`;
    return [finding(judged, "followed", "unknown", { because, spot: givenUp, ways: [] })];
  }
  if (inner) {
    const because = `what the handler answers is a function, which is called elsewhere; ${handles}`;
    return [finding(judged, "followed", "unknown", { because, spot: inner.spot, ways: [] })];
  }
  if (gap) {
    const because = `${gap.reason}; ${handles}`;
    const ways = [...entered(gap.stack), { spot: gap.spot, text: gap.reason }];
    return [finding(judged, "followed", "unknown", { because, spot: gap.spot, ways })];
  }
  const isFound = (fact: PhiFactId): boolean => findings.some(({ rule }) => rule === PHI_FACTS[fact]);
  const position = positionOf(analysis.handler ?? subject.spot);
  return [...shown, "followed" as const]
    .filter((fact) => !isFound(fact))
    .map((fact) => ({
      rule: PHI_FACTS[fact],
      resource: subject,
      kind: "pass" as const,
      because: "the code was followed to its end",
      position,
    }));
}
