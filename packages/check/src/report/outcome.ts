/** What a run ends with: 0 it holds, 1 it does not, 2 it could not run or read a part. And why, for people. */
import { SEVERITIES, type Severity } from "../judge/fact.ts";

export interface Demand {
  /** The least severity that fails the run; `never`: findings are shown and the run succeeds. */
  readonly failOn: Severity | "never";
  /** Whether what is undecided fails the run as well. */
  readonly strict: boolean;
}

export interface Outcome extends Demand {
  readonly exitCode: 0 | 1 | 2;
  /** Each by itself would have sufficed; empty where the run succeeds. */
  readonly reasons: readonly string[];
}

/** What of a report decides. */
interface Findings {
  readonly summary: {
    readonly bySeverity: Readonly<Record<Severity, number>>;
    readonly error: number;
    readonly unknown: number;
  };
  readonly waivers: readonly { readonly state: string }[];
  readonly problems: readonly unknown[];
}

export function decideOutcome({ summary, waivers, problems }: Findings, { failOn, strict }: Demand): Outcome {
  const counted = failOn === "never" ? [] : SEVERITIES.slice(0, SEVERITIES.indexOf(failOn) + 1);
  const failures = counted.reduce((sum, severity) => sum + summary.bySeverity[severity], 0);
  const inState = (wanted: string) => waivers.filter(({ state }) => state === wanted).length;
  const failing = [
    [failures, `${count(failures, "finding")} at or above ${failOn}`],
    [inState("expired"), `${count(inState("expired"), "waiver")} expired`],
    [inState("refused"), `${count(inState("refused"), "waiver")} of what can't be waived`],
    [summary.error, `${count(summary.error, "question")} that a rule broke on`],
    [strict ? summary.unknown : 0, `${summary.unknown} undecided, with --strict`],
  ] as const;
  const reasons = failOn === "never" ? [] : failing.flatMap(([number, reason]) => (number > 0 ? [reason] : []));
  const unread = problems.length > 0 ? [`${count(problems.length, "place")} could not be read`] : [];
  const exitCode = reasons.length > 0 ? 1 : unread.length > 0 ? 2 : 0;
  return { failOn, strict, exitCode, reasons: [...reasons, ...unread] };
}

/** `1 waiver`, `2 waivers`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
