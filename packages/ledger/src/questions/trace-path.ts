/** Entries of one trace as the way that data took: trigger → function → resource → egress. */
import type { AuditAction, AuditEntry } from "@ward/core";

export type StepKind = "trigger" | "function" | "resource" | "event" | "egress" | "change" | "inquiry";

export interface PathStep {
  readonly kind: StepKind;
  /** `fhir.create Observation`, `egress.send sms.example.org`, `function:lab-result`. */
  readonly text: string;
  /** How many entries that followed one another say the same. */
  readonly count: number;
  readonly indexes: readonly number[];
  readonly outcome: AuditEntry["outcome"];
}

export interface TracePath {
  readonly trace: string;
  /** Time of the first step. */
  readonly time: string;
  readonly steps: readonly PathStep[];
}

interface Placed {
  readonly index: number;
  readonly entry: AuditEntry;
}

/** One path for each trace, in the order in which they began. */
export function tracePaths(entries: readonly Placed[]): readonly TracePath[] {
  const traces = new Map<string, Placed[]>();
  for (const placed of entries) {
    const trace = traces.get(placed.entry.trace);
    if (trace) trace.push(placed);
    else traces.set(placed.entry.trace, [placed]);
  }
  return [...traces].map(([trace, placed]) => ({
    trace,
    time: placed.reduce((first, { entry }) => (entry.time < first ? entry.time : first), placed[0]?.entry.time ?? ""),
    steps: joinSteps(placed.toSorted(byTime)),
  }));
}

/**
 * A read's entry is durable before the transaction that the message began in, so that the log's order is not the order
 * of events. Within a millisecond what came from outside was first.
 */
function byTime(one: Placed, other: Placed): number {
  if (one.entry.time !== other.entry.time) return one.entry.time < other.entry.time ? -1 : 1;
  const [first, second] = [comesFromOutside(one), comesFromOutside(other)];
  return first === second ? one.index - other.index : first ? -1 : 1;
}

function comesFromOutside({ entry }: Placed): boolean {
  return entry.action === "hl7.receive" || entry.action === "http.request";
}

/** `mllp → lab-result: fhir.create Observation (8) → notify: egress.send sms.example.org`. */
export function pathText({ steps }: TracePath): string {
  return steps
    .map(({ text, count, outcome }) => {
      const times = count > 1 ? ` (${count})` : "";
      return `${text}${times}${outcome === "success" ? "" : ` [${outcome}]`}`;
    })
    .join(" → ");
}

function joinSteps(entries: readonly Placed[]): readonly PathStep[] {
  const steps: { kind: StepKind; text: string; count: number; indexes: number[]; outcome: AuditEntry["outcome"] }[] =
    [];
  let actor = "";
  for (const { index, entry } of entries) {
    const isSame = actor === entry.principal;
    const text = `${isSame ? "" : `${nameOf(entry.principal)}: `}${stepText(entry)}`;
    const last = steps.at(-1);
    if (isSame && last?.text.endsWith(stepText(entry)) && last.outcome === entry.outcome) {
      last.count += 1;
      last.indexes.push(index);
    } else {
      steps.push({ kind: kindOf(entry.action), text, count: 1, indexes: [index], outcome: entry.outcome });
    }
    actor = entry.principal;
  }
  return steps;
}

export function kindOf(action: AuditAction): StepKind {
  const [room] = action.split(".");
  if (room === "hl7" || room === "http" || action === "event.deliver" || action === "event.replay") return "trigger";
  if (room === "function" || room === "identity" || room === "door") return "function";
  if (room === "fhir" || room === "screen") return "resource";
  if (room === "event") return "event";
  if (room === "egress") return "egress";
  if (room === "ledger" || room === "health" || room === "node") return "inquiry";
  return "change";
}

function stepText({ action, resource, host, item }: AuditEntry): string {
  const what = host ?? item ?? (kindOf(action) === "resource" ? resource?.type : undefined);
  return what === undefined ? action : `${action} ${what}`;
}

/** Without the kind where the name says enough. */
function nameOf(principal: string): string {
  return principal.replace(/^(function|service):/, "");
}
