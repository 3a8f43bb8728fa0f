/** Writes docs/reference/check-rules.md from the rules: `node packages/check/scripts/write-rules.ts`. A test holds them equal. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { FRAMEWORK_IDS, loadFramework } from "../src/frameworks/catalog.ts";
import { speaksTo, type Framework } from "../src/frameworks/framework.ts";
import { reportRule, type ReportedRule } from "../src/report/report.ts";
import { loadAllRules } from "../src/rules/catalog.ts";
import type { Rule } from "../src/rules/rule.ts";

export const RULES_FILE = fileURLToPath(new URL("../../../docs/reference/check-rules.md", import.meta.url));

export async function rulesPage(): Promise<string> {
  const rules = await loadAllRules();
  const loaded = await Promise.all(FRAMEWORK_IDS.map(loadFramework));
  const frameworks = loaded.filter((one) => one !== undefined);
  const byService = [...Map.groupBy(rules, serviceOf)].toSorted(([one], [other]) => one.localeCompare(other, "en"));
  return [
    "# Check rules",
    `The ${rules.length} facts that [\`ward check\`](../guide/check.md) asks for, by service. \`npx ward check explain RULE\` says the same of one. Generated; [how to write one](../guide/write-a-check-rule.md).`,
    byService.map(([service, own]) => `- [${service}](#${anchorOf(service)}): ${own.length}`).join("\n"),
    "## Frameworks",
    frameworks.map((framework) => summaryOf(framework, rules)).join("\n"),
    ...byService.flatMap(([service, own]) => [`## ${service}`, ...own.map((rule) => entryOf(rule, frameworks))]),
    "",
  ]
    .join("\n\n")
    .replace(/\n+$/, "\n");
}

function entryOf(rule: Rule, frameworks: readonly Framework[]): string {
  const reported = reportRule(rule, frameworks);
  const about = [reported.severity, rule.topics.join(", "), ...(rule.waivable === false ? ["can't be waived"] : [])];
  return [
    `### ${rule.id}`,
    `${rule.title}. _${about.join("; ")}_`,
    `${escapeMarkdown(rule.why)} ${escapeMarkdown(rule.remedy)}`,
    `\`\`\`text\n${reported.snippet.trimEnd()}\n\`\`\``,
    ...lawOf(reported, frameworks),
  ].join("\n\n");
}

function lawOf({ citations }: ReportedRule, frameworks: readonly Framework[]): readonly string[] {
  const lines = frameworks.flatMap(({ id }) => {
    const cited = citations.filter(({ framework }) => framework === id);
    return cited.length === 0 ? [] : [`- ${id}: ${cited.map(({ requirement }) => requirement).join(", ")}`];
  });
  return lines.length === 0 ? [] : [lines.join("\n")];
}

function summaryOf({ id, title, source, requirements }: Framework, rules: readonly Rule[]): string {
  const spoken = requirements.filter((requirement) => rules.some((rule) => speaksTo(rule, requirement)));
  return `- \`${id}\`: ${title} (${source}). Rules speak to ${spoken.length} of ${requirements.length} requirements; \`npx ward check rules --framework ${id}\` lists them, and what no template can show.`;
}

/** Of the first type that it is about: `S3` of `AWS::S3::Bucket`. */
function serviceOf({ types: [first = ""] }: Rule): string {
  const [owner = "", service = ""] = first.split("::");
  if (owner === "Kubernetes") return "Kubernetes";
  if (WARD_APP.test(first)) return "Ward apps";
  return owner === "AWS" ? service : "The template itself";
}

const WARD_APP = /^Ward::(App|Function|StrayFile|Policy|Agreement|Vendor|Script)$/;

function anchorOf(heading: string): string {
  return heading.toLowerCase().replaceAll(" ", "-");
}

function escapeMarkdown(text: string): string {
  return text.replaceAll(/[*_<>]/g, "\\$&");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(RULES_FILE, await rulesPage());
