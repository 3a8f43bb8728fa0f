/** What is said of a function: the verdict of each fact, with the calls and the statements that it rests on as steps. */
import type { Fact } from "../../judge/fact.ts";
import type { Finding, FindingKind, Step } from "../../judge/finding.ts";
import type { Resource } from "../../graph/resource.ts";
import { positionOf, type Spot } from "../../source/source-text.ts";
import { stepsTo } from "./actions/needs-of-calls.ts";
import type { Need } from "./actions/need.ts";
import { callsAreKnown, roleGrantsOnlyWhatCodeNeeds, roleGrantsWhatCodeNeeds, roleIsKnown } from "./facts.ts";
import type { FunctionPrivileges } from "./function-privileges.ts";
import type { PolicyRule } from "./policy/rule.ts";
import type { Excess, Missing } from "./policy/compare.ts";
import { listed, spellResource } from "./resources/spell.ts";
import type { Stack } from "./resources/stack.ts";

const STEPS_MAX = 24;

export interface FunctionVerdict {
  readonly privileges: FunctionPrivileges;
  readonly missing: readonly Missing[];
  readonly excess: readonly Excess[];
  /** Other functions that act with the same role. */
  readonly shares: readonly Resource[];
  /** Why what looks too much may not be. */
  readonly doubt: string | undefined;
  readonly stack: Stack;
  /** Statements as they would be written. */
  readonly minimal: string | undefined;
  readonly missingOnly: string | undefined;
}

export function findingsOf(verdict: FunctionVerdict): readonly Finding[] {
  return [missingFinding(verdict), excessFinding(verdict), callsFinding(verdict)];
}

export function roleFinding(fn: Resource, reason: string | undefined, spot: Spot): Finding {
  return finding(
    roleIsKnown,
    fn,
    reason === undefined ? "pass" : "unknown",
    reason === undefined ? "" : reason,
    spot,
    [],
  );
}

/** Its code can't be read, so nothing is known about what it needs. */
export function unreadFindings(fn: Resource, reason: string, spot: Spot): readonly Finding[] {
  return [roleGrantsWhatCodeNeeds, roleGrantsOnlyWhatCodeNeeds].map((fact) =>
    finding(fact, fn, "unknown", reason, spot, []),
  );
}

function missingFinding({ privileges: { fn, needs }, missing, stack, missingOnly }: FunctionVerdict): Finding {
  const sure = missing.filter(({ decision }) => decision.kind !== "maybe");
  const shown = sure.length > 0 ? sure : missing;
  const [first] = shown;
  if (!first) {
    return finding(
      roleGrantsWhatCodeNeeds,
      fn,
      "pass",
      needs.length === 0 ? "it needs nothing" : `all of ${needs.length} powers are granted`,
      fn.spot,
      [],
    );
  }
  const words = [...Map.groupBy(shown, (one) => missingWhere(one, stack))].map(
    ([where, same]) => `${listed([...new Set(same.map(({ need }) => need.action))])} on ${where}`,
  );
  const because =
    sure.length > 0
      ? `it is not granted ${listed(words)}; ${first.need.because.text}`
      : `whether it is granted ${listed(words, 2)}`;
  const steps = shown.flatMap(({ need, decision }) => [
    ...need.because.steps(),
    ...(decision.kind === "denied"
      ? [{ position: positionOf(decision.by.spot), text: `${decision.by.where} denies ${need.action}` }]
      : []),
  ]);
  return finding(
    roleGrantsWhatCodeNeeds,
    fn,
    sure.length > 0 ? "fail" : "unknown",
    because,
    first.need.because.spot,
    steps,
    sure.length > 0 ? missingOnly : undefined,
  );
}

function missingWhere({ resources, decision }: Missing, stack: Stack): string {
  const on = listed(
    resources.map((text) => spellResource(text, stack)),
    3,
  );
  if (decision.kind === "denied") return `${on}, which ${decision.by.where} denies`;
  if (decision.kind === "maybe") return `${on}: ${decision.because}`;
  return decision.kind === "implicitly denied" && decision.because !== undefined
    ? `${on}, which ${decision.because}`
    : on;
}

function excessFinding({ privileges: { fn }, excess, shares, doubt, stack, minimal }: FunctionVerdict): Finding {
  const sure = doubt === undefined ? excess.filter(({ isCertain }) => isCertain) : [];
  const shown = sure.length > 0 ? sure : excess;
  const [first] = shown;
  if (!first) return finding(roleGrantsOnlyWhatCodeNeeds, fn, "pass", "every statement is needed", fn.spot, []);
  const words = clauses(excessWords(shown, stack));
  const sharing =
    shares.length === 0
      ? ""
      : `; the role is also that of ${listed(
          shares.map(({ name }) => name),
          3,
        )}`;
  const because =
    sure.length > 0
      ? `${words}${sharing}`
      : `${words}, as far as can be seen: ${doubt ?? "some of its calls are not known"}`;
  const byRule = [...Map.groupBy(shown, ({ rule }) => rule)];
  // A single statement is where the finding itself points to.
  const steps = byRule.flatMap(([rule, same]): readonly Step[] =>
    byRule.length < 2
      ? []
      : [{ position: positionOf(rule.spot), text: `${rule.where}: ${clauses(excessWords(same, stack))}` }],
  );
  return finding(
    roleGrantsOnlyWhatCodeNeeds,
    fn,
    sure.length > 0 ? "fail" : "unknown",
    because,
    first.rule.spot,
    steps,
    minimal,
  );
}

function clauses(words: readonly string[]): string {
  return words.length > 5 ? `${words.slice(0, 5).join("; ")}; and ${words.length - 5} more` : words.join("; ");
}

/** By statement: what it grants that nothing calls, what its patterns grant besides, and where it reaches too far. */
function excessWords(excess: readonly Excess[], stack: Stack): readonly string[] {
  const called = excess.filter(({ kind }) => kind === "call");
  const byResources = Map.groupBy(called, ({ rule }) => meantBy(rule, stack));
  const others = excess.filter(({ kind }) => kind !== "call").map((one) => furtherWords(one, stack));
  return [
    ...new Set([
      ...[...byResources].map(
        ([on, same]) => `nothing calls ${listed([...new Set(same.map(({ action }) => action))])} on ${on}`,
      ),
      ...others,
    ]),
  ];
}

function meantBy({ resources, isNotResources }: PolicyRule, stack: Stack): string {
  const on = listed(
    resources.map((text) => spellResource(text, stack)),
    3,
  );
  return isNotResources ? `everything but ${on}` : on;
}

function furtherWords({ action, kind, others }: Excess, stack: Stack): string {
  if (kind === "resource") {
    const on = listed(
      others.map((text) => spellResource(text, stack)),
      3,
    );
    return `${action} is granted on ${on}, which is more than the code names`;
  }
  if (action === "*") return "* grants every action that AWS has";
  const count = others.length === 1 ? "also" : `${others.length} more actions, such as`;
  return `${action} grants ${count} ${listed(others.slice(0, 3))}`;
}

function callsFinding({ privileges: { fn, needs, unseen }, stack }: FunctionVerdict): Finding {
  const open = needs.filter((need) => need.open !== undefined);
  if (unseen.length === 0 && open.length === 0) return finding(callsAreKnown, fn, "pass", "", fn.spot, []);
  const reasons = [
    ...unseen.map(({ reason }) => reason),
    ...open.map(
      (need) =>
        `${need.action} on ${listed(
          need.resources.map((text) => spellResource(text, stack)),
          2,
        )}: ${need.open ?? ""}`,
    ),
  ];
  const steps = [
    ...unseen.flatMap((one) => stepsTo(one, one.reason)),
    ...open.flatMap((need: Need) => [
      ...need.because.steps().slice(0, -1),
      { position: positionOf(need.because.spot), text: `${need.action}: ${need.open ?? ""}` },
    ]),
  ];
  const spot = unseen[0]?.spot ?? open[0]?.because.spot ?? fn.spot;
  return finding(callsAreKnown, fn, "unknown", listed([...new Set(reasons)], 3), spot, steps);
}

function finding(
  rule: Fact,
  resource: Resource,
  kind: FindingKind,
  because: string,
  spot: Spot,
  steps: readonly Step[],
  mend?: string,
): Finding {
  const kept = withoutDoubles(steps).slice(0, STEPS_MAX);
  return {
    rule,
    resource,
    kind,
    because,
    position: positionOf(spot),
    ...(kept.length > 0 ? { steps: kept } : {}),
    ...(mend === undefined ? {} : { mend }),
  };
}

function withoutDoubles(steps: readonly Step[]): readonly Step[] {
  return [
    ...new Map(
      steps.map((step) => [`${step.position.file}:${step.position.line}:${step.position.column}:${step.text}`, step]),
    ).values(),
  ];
}
