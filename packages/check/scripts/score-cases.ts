/** Scores cases that others labelled: what our rules of the same intent say of them. */
import type { CheckResult } from "../src/check.ts";

export interface LabelledCase {
  readonly id: string;
  readonly rule: string;
  readonly intent: string;
  readonly format: string;
  readonly expected: "pass" | "fail" | "skip";
  readonly template?: object;
  readonly content?: string;
  /** Logical ids that the label is about, where its author says. */
  readonly resources?: readonly string[];
}

/** An author's rule → our rules that together mean the same. An empty list: we have no such rule, with the reason. */
export type Mapping = Readonly<Record<string, Meaning>>;

export interface Meaning {
  readonly rules: readonly string[];
  readonly why?: string;
  /** Types that their rule is about, where ours are about more. */
  readonly on?: readonly string[];
}

export interface Mistake {
  readonly id: string;
  readonly rule: string;
  readonly kind: "missed" | "false positive" | "unknown" | "crash";
  readonly said: string;
}

export interface Score {
  readonly failing: number;
  readonly recalled: number;
  readonly passing: number;
  readonly falsePositives: number;
  readonly unknowns: number;
  readonly unmapped: ReadonlyMap<string, number>;
  readonly explained: number;
  readonly mistakes: readonly Mistake[];
}

type Judge = (name: string, text: string) => Promise<CheckResult>;

export async function scoreCases(
  cases: readonly LabelledCase[],
  mapping: Mapping,
  disagreements: Readonly<Record<string, string>>,
  judge: Judge,
): Promise<Score> {
  const tally = { failing: 0, recalled: 0, passing: 0, falsePositives: 0, unknowns: 0, explained: 0 };
  const unmapped = new Map<string, number>();
  const mistakes: Mistake[] = [];
  for (const one of cases) {
    const rules = mapping[one.rule]?.rules ?? [];
    if (rules.length === 0) {
      if (one.expected !== "skip") unmapped.set(one.rule, (unmapped.get(one.rule) ?? 0) + 1);
      continue;
    }
    // Its author's rule did not apply, or was silenced: the label says nothing of the fact.
    if (one.expected === "skip") continue;
    if (one.expected === "fail") tally.failing++;
    else tally.passing++;
    const mistake = await judgeCase(one, new Set(rules), mapping[one.rule]?.on, judge);
    if (!mistake) {
      if (one.expected === "fail") tally.recalled++;
    } else if (disagreements[one.id] !== undefined) {
      tally.explained++;
      if (one.expected === "fail") tally.failing--;
      else tally.passing--;
    } else {
      mistakes.push(mistake);
      if (mistake.kind === "unknown") tally.unknowns++;
      if (mistake.kind === "false positive") tally.falsePositives++;
    }
  }
  return { ...tally, unmapped, mistakes };
}

export function printScore(score: Score, verbose: boolean): void {
  const percent = (part: number, whole: number) => (whole === 0 ? "none" : `${((100 * part) / whole).toFixed(1)} %`);
  const uncovered = [...score.unmapped.values()].reduce((sum, count) => sum + count, 0);
  console.log(`  recall on fail   ${score.recalled}/${score.failing} (${percent(score.recalled, score.failing)})`);
  console.log(
    `  false positives  ${score.falsePositives}/${score.passing} (${percent(score.falsePositives, score.passing)})`,
  );
  console.log(
    `  answered unknown where the label knows: ${score.unknowns}; disagreements explained: ${score.explained}`,
  );
  console.log(`  cases of rules that we have no rule for: ${uncovered} of ${score.unmapped.size} rules`);
  if (!verbose) return;
  for (const { kind, rule, id, said } of score.mistakes)
    console.log(`  ${kind.toUpperCase()} ${rule}\n    ${id}\n    ${said}`);
  for (const [rule, count] of [...score.unmapped].toSorted(([, one], [, other]) => other - one)) {
    console.log(`  no rule for ${rule} (${count})`);
  }
}

async function judgeCase(
  one: LabelledCase,
  rules: ReadonlySet<string>,
  on: readonly string[] | undefined,
  judge: Judge,
): Promise<Mistake | undefined> {
  const mistake = (kind: Mistake["kind"], said: string): Mistake => ({ id: one.id, rule: one.rule, kind, said });
  let result: CheckResult;
  try {
    const text = one.template ? JSON.stringify(one.template) : (one.content ?? "");
    result = await judge(one.format.startsWith("terraform") ? "main.tf" : "template.yaml", text);
  } catch (thrown) {
    return mistake("crash", thrown instanceof Error ? (thrown.stack ?? thrown.message) : "it threw");
  }
  const findings = result.units
    .flatMap((unit) => unit.findings)
    .filter(({ rule, resource }) => rules.has(rule.id) && (on === undefined || on.includes(resource.type)));
  const said = findings
    .map(({ rule, resource, kind, because }) => `${kind} ${rule.id} ${resource.id}: ${because}`)
    .join("\n    ");
  const broke = findings.find(({ kind }) => kind === "error");
  if (broke) return mistake("crash", broke.because);
  const about = (id: string) =>
    one.resources === undefined || one.resources.length === 0 || one.resources.some((name) => isAbout(id, name));
  const fails = findings.filter(({ kind }) => kind === "fail");
  if (one.expected !== "fail") return fails.length === 0 ? undefined : mistake("false positive", said);
  if (fails.some(({ resource }) => about(resource.id))) return undefined;
  return mistake(findings.some(({ kind }) => kind === "unknown") ? "unknown" : "missed", said || "nothing was said");
}

/** What a transform made counts for what it was made for. */
function isAbout(id: string, name: string): boolean {
  return id === name || id.startsWith(name);
}
