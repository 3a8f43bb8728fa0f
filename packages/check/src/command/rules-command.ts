/** The commands `explain` and `rules` on a terminal, for `ward check` and for `ward-check`. */
import { explainRule, listRules } from "../explain-rule.ts";
import type { Fact } from "../judge/fact.ts";
import { wrap } from "../report/text-layout.ts";
import type { Rule } from "../rules/rule.ts";
import { CheckUsageError } from "../run-check.ts";
import { textOptions } from "./check-command.ts";
import type { CheckFlags, CheckTerminal } from "./terminal.ts";

const SEVERITY_WIDTH = 10;

/** Throws CheckUsageError where there is no such rule. */
export async function explainCommand(cli: CheckTerminal, id: string | undefined): Promise<number> {
  if (id === undefined) throw new CheckUsageError("Name the rule to explain, as findings show it.");
  const { text, rule } = await explainRule(id, textOptions(cli, {}));
  cli.print(cli.json ? JSON.stringify(rule) : text);
  return 0;
}

/** All rules, or with `--framework` the requirements of one. */
export async function rulesCommand(cli: CheckTerminal, flags: CheckFlags): Promise<number> {
  const [framework] = [flags["framework"]].flat() as readonly (string | undefined)[];
  const listed = await listRules(framework);
  if (listed.framework) {
    const requirements = listed.requirements.map(({ requirement, rules }) => ({
      ...requirement,
      rules: rules.map(({ id }) => id),
    }));
    if (cli.json) cli.print(JSON.stringify(requirements));
    else {
      cli.print(`${cli.paint("strong", listed.framework.title)}, ${listed.framework.source}\n`);
      for (const { id, title, bearing, beyond, rules } of requirements) {
        cli.print(`${cli.paint("strong", id)} ${title} (${bearing})`);
        for (const rule of rules) cli.print(`  ${rule}`);
        cli.print(cli.paint("quiet", `  beyond templates: ${beyond}`));
      }
    }
  } else cli.print(cli.json ? JSON.stringify(listed.rules.map(shown)) : tableOf(listed.rules, cli));
  return 0;
}

function tableOf(rules: readonly Fact[], cli: CheckTerminal): string {
  const width = Math.max(...rules.map(({ id }) => id.length)) + 2;
  const row = (id: string, severity: string, title: string) =>
    wrap(title, id.padEnd(width) + severity.padEnd(SEVERITY_WIDTH), cli.stdout.columns ?? Number.POSITIVE_INFINITY);
  const head = cli.paint("strong", row("Rule", "Severity", "Fact"));
  return [head, ...rules.map(({ id, severity, title }) => row(id, severity, title))].join("\n");
}

function shown(fact: Fact): object {
  const { id, severity, title, topics } = fact;
  return { id, severity, title, topics, types: isRule(fact) ? fact.types : [] };
}

function isRule(fact: Fact): fact is Rule {
  return "types" in fact;
}
