/** `ward check`: runs `@ward/check` on files of this machine. Never loads the platform. */
import {
  checkCommand,
  CheckUsageError,
  explainRule,
  listRules,
  textOptions,
  type CheckFlags,
  type Fact,
  type Rule,
} from "@ward/check";
import { EXIT, type Cli } from "./cli.ts";
import { CliError } from "./explain-error.ts";
import { formatTable } from "./table.ts";

export async function check(cli: Cli, flags: CheckFlags, paths: readonly string[]): Promise<number> {
  return await plainly(() => checkCommand(cli, flags, paths));
}

export async function explain(cli: Cli, id: string): Promise<number> {
  const { text, rule } = await plainly(() => explainRule(id, textOptions(cli, {})));
  if (cli.json) cli.printJson(rule);
  else cli.print(text);
  return EXIT.done;
}

export async function rules(cli: Cli, flags: CheckFlags): Promise<number> {
  const framework = flags["framework"] as string | undefined;
  const listed = await plainly(() => listRules(framework));
  const width = cli.stdout.columns;
  if (!listed.framework) {
    const rows = listed.rules.map(({ id, severity, title }) => [id, severity, title]);
    if (cli.json)
      cli.printJson(
        listed.rules.map((fact) => {
          const { id, severity, title, topics } = fact;
          return { id, severity, title, topics, types: isRule(fact) ? fact.types : [] };
        }),
      );
    else
      cli.print(
        formatTable([{ title: "Rule" }, { title: "Severity" }, { title: "Fact", wrap: true }], rows, {
          width,
          paint: cli.paint,
        }),
      );
    return EXIT.done;
  }
  if (cli.json) {
    cli.printJson(
      listed.requirements.map(({ requirement, rules: speaking }) => ({
        ...requirement,
        rules: speaking.map(({ id }) => id),
      })),
    );
    return EXIT.done;
  }
  cli.print(`${cli.paint("strong", listed.framework.title)}, ${listed.framework.source}\n`);
  for (const { requirement, rules: speaking } of listed.requirements) {
    cli.print(`${cli.paint("strong", requirement.id)} ${requirement.title} (${requirement.bearing})`);
    for (const rule of speaking) cli.print(`  ${rule.id}`);
    cli.print(cli.paint("quiet", `  beyond templates: ${requirement.beyond}`));
  }
  return EXIT.done;
}

function isRule(fact: Fact): fact is Rule {
  return "types" in fact;
}

async function plainly<Answer>(act: () => Promise<Answer>): Promise<Answer> {
  try {
    return await act();
  } catch (thrown) {
    if (thrown instanceof CheckUsageError) throw new CliError(thrown.message);
    throw thrown;
  }
}
