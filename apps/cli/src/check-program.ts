/** `ward check` and the commands below it, as data. */
import { InvalidArgumentError, type Command } from "commander";
import { CHECK_OPTIONS, DB_OPTIONS, DRIFT_OPTIONS, type CheckOption } from "@ward/check/options";
import { add, teach, type Run } from "./command-parts.ts";

export function addCheck(program: Command, run: Run): void {
  const check = add(program, "check", "judge infrastructure code before it is deployed").enablePositionalOptions();
  check.argument("[paths...]", "files and folders (default: .)");
  for (const option of CHECK_OPTIONS) addOption(check, option);
  teach(check, {
    about:
      "Reads CloudFormation, SAM, CDK output, Terraform, Serverless Framework, Kubernetes manifests and Ward apps with\n" +
      "their code, resolves them as far as they can be before deployment, and says of each fact that should hold whether\n" +
      "it holds, does not, or hangs on something that the input leaves open. Needs no network, no database and no cloud\n" +
      "account.",
    example: "npx ward check .\nnpx ward check cdk.out --format sarif --out ward.sarif --fail-on high",
    prints: "Findings by resource with their remedy, what is undecided, waivers, and where the frameworks stand.",
    exits:
      "0 nothing at or above --fail-on, 1 findings, an expired waiver or a rule that broke, 2 it could not run or\nread a part of the input",
  }).action((paths, flags) => run(flags, async (cli) => (await import("./check.ts")).check(cli, flags, paths)));

  const drift = add(check, "drift", "find what runs in the account otherwise than the templates say");
  drift.argument("[paths...]", "the templates: files and folders (default: .)");
  for (const option of DRIFT_OPTIONS) addOption(drift, option);
  teach(drift, {
    about:
      "Reads what somebody took from the account (answers of AWS's CLI, AWS Config, Cloud Control, CloudFormation's drift,\n" +
      "a plan of Terraform) and sets it beside the templates: what was changed, what is missing, what no template has, and\n" +
      "which rules the running resources fail though the template passes. Asks no account itself.",
    example:
      "npx ward check drift . --live-snapshot live.json\nnpx ward check drift --plan plan.json --format sarif --out drift.sarif",
    prints: "Findings by resource, as `ward check` does; values that may be secrets or of patients are never printed.",
    exits: "0 nothing at or above --fail-on, 1 findings, 2 it could not run or read a part of the input",
  }).action((paths, flags) => run(flags, async (cli) => (await import("./check.ts")).drift(cli, flags, paths)));

  const db = add(check, "db", "the list of known vulnerabilities");
  const update = add(db, "update", "bring the newest list of known vulnerabilities");
  for (const option of DB_OPTIONS) addOption(update, option);
  teach(update, {
    about:
      "Fetches OSV's list of known vulnerabilities of npm packages and FIRST's EPSS scores into a folder, for\n" +
      "`ward check --osv-dir`. A file is replaced only by a whole one. Without network bring the files by hand\n" +
      "(npm/all.zip, epss_scores.csv.gz) and use --offline.",
    example: "npx ward check db update --osv-dir /var/lib/ward/osv\nnpx ward check . --osv-dir /var/lib/ward/osv",
    prints: "How many records are there.",
    exits: "0 brought, 2 it could not be fetched or read; what was there is then as it was",
  }).action((flags) => run(flags, async (cli) => (await import("./check.ts")).dbUpdate(cli, flags)));

  teach(add(check, "explain", "say what a rule means").argument("<rule>", "its id, as findings show it"), {
    about: "Explains one rule: the fact, why it matters for PHI, how to mend it, and which requirements it speaks to.",
    example: "npx ward check explain bucket-denies-plain-http",
    prints: "The explanation.",
    exits: "0 explained, 2 there is no such rule",
  }).action((rule, flags) => run(flags, async (cli) => (await import("./check.ts")).explain(cli, rule)));

  teach(add(check, "rules", "list the rules").option("--framework <id>", "by the requirements of one framework"), {
    about:
      "Lists every rule; with --framework every requirement, whether it is required or addressable, which rules speak to\n" +
      "it, and what no look at templates can show.",
    example: "npx ward check rules --framework hipaa-security",
    prints: "A table.",
    exits: "0 listed, 2 there is no such framework",
  }).action((flags) => run(flags, async (cli) => (await import("./check.ts")).rules(cli, flags)));
}

function addOption(check: Command, { name, value, about, choices, byDefault, isMany }: CheckOption): void {
  const flag = value === undefined ? `--${name}` : `--${name} <${value}>`;
  if (isMany) check.option(flag, about, collect);
  else if (choices) check.option(flag, about, oneOf(choices), byDefault);
  else check.option(flag, about);
}

function collect(value: string, all: readonly string[] | undefined): readonly string[] {
  return [...(all ?? []), value];
}

function oneOf(choices: readonly string[]): (value: string) => string {
  return (value) => {
    if (!choices.includes(value)) throw new InvalidArgumentError(`Use one of ${choices.join(", ")}.`);
    return value;
  };
}
