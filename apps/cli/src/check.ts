/** `ward check`: runs `@ward/check` on files of this machine. Never loads the platform. */
import { readFileSync, watch, writeFileSync, type FSWatcher } from "node:fs";
import { resolve } from "node:path";
import {
  CheckUsageError,
  explainRule,
  listRules,
  runCheck,
  type Format,
  type RunOptions,
  type RunOutcome,
  type Severity,
  type TextOptions,
} from "@ward/check";
import { EXIT, type Cli } from "./cli.ts";
import { CliError } from "./explain-error.ts";
import { formatTable } from "./table.ts";

type Flags = Readonly<Record<string, unknown>>;

const SETTLED_MS = 150;
/** Folders that change by themselves and hold nothing that is checked. */
const IGNORED = /(^|[/\\])(node_modules|\.git|\.terraform|\.ward)([/\\]|$)/;

export async function check(cli: Cli, flags: Flags, paths: readonly string[]): Promise<number> {
  const options = optionsOf(cli, flags, paths);
  if (flags["watch"] !== true) return deliver(cli, flags, await plainly(() => runCheck(options)));
  return await checkOnChange(cli, flags, options);
}

export async function explain(cli: Cli, id: string): Promise<number> {
  const { text, rule } = await plainly(() => explainRule(id, textOptions(cli, {})));
  if (cli.json) cli.printJson(rule);
  else cli.print(text);
  return EXIT.done;
}

export async function rules(cli: Cli, flags: Flags): Promise<number> {
  const framework = flags["framework"] as string | undefined;
  const listed = await plainly(() => listRules(framework));
  const width = cli.stdout.columns;
  if (!listed.framework) {
    const rows = listed.rules.map(({ id, severity, title }) => [id, severity, title]);
    if (cli.json)
      cli.printJson(
        listed.rules.map(({ id, severity, title, topics, types }) => ({ id, severity, title, topics, types })),
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

function optionsOf(cli: Cli, flags: Flags, paths: readonly string[]): RunOptions {
  const text = (name: string) => flags[name] as string | undefined;
  const waiversFile = text("waivers");
  const baselineFile = text("baseline");
  const region = text("region");
  const residency = flags["residency"] as readonly string[] | undefined;
  return {
    targets: paths.length === 0 ? ["."] : paths,
    cwd: cli.cwd,
    now: cli.now(),
    format: cli.json ? "json" : (flags["format"] as Format),
    failOn: text("writeBaseline") === undefined ? (flags["failOn"] as Severity | "never") : "never",
    strict: flags["strict"] === true,
    frameworks: (flags["framework"] as readonly string[] | undefined) ?? ["hipaa-security"],
    parameters: parametersOf(cli, (flags["parameters"] as readonly string[] | undefined) ?? []),
    text: textOptions(cli, flags),
    ...(waiversFile === undefined ? {} : { waiversFile }),
    ...(baselineFile === undefined ? {} : { baselineFile }),
    ...(region === undefined ? {} : { region }),
    ...(residency === undefined ? {} : { residency }),
  };
}

function textOptions(cli: Cli, flags: Flags): TextOptions {
  const isFile = flags["out"] !== undefined;
  return {
    paint: isFile ? (_, text) => text : cli.paint,
    width: Math.min(cli.stdout.columns ?? 100, 100),
    verbose: flags["verbose"] === true,
  };
}

/** `Name=value`, or a JSON file: an object, or the list of ParameterKey and ParameterValue that AWS's own CLI takes. */
function parametersOf(cli: Cli, given: readonly string[]): Readonly<Record<string, string>> {
  const parameters: Record<string, string> = {};
  for (const one of given) {
    const equals = one.indexOf("=");
    if (equals > 0) parameters[one.slice(0, equals)] = one.slice(equals + 1);
    else Object.assign(parameters, parameterFile(cli, one));
  }
  return parameters;
}

function parameterFile(cli: Cli, path: string): Readonly<Record<string, string>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(resolve(cli.cwd, path), "utf8"));
  } catch {
    throw new CliError(`--parameters takes Name=value or a JSON file; ${path} is neither.`);
  }
  if (typeof parsed !== "object" || parsed === null) {
    throw new CliError(`${path} holds no parameters: an object, or a list of ParameterKey and ParameterValue.`);
  }
  const entries = Array.isArray(parsed)
    ? parsed.map(
        (one: { ParameterKey?: unknown; ParameterValue?: unknown }) => [one.ParameterKey, one.ParameterValue] as const,
      )
    : Object.entries(parsed);
  return Object.fromEntries(
    entries.map(([name, value]) => [String(name), typeof value === "string" ? value : JSON.stringify(value)]),
  );
}

function deliver(cli: Cli, flags: Flags, outcome: RunOutcome): number {
  const out = flags["out"] as string | undefined;
  if (out === undefined) cli.print(outcome.output);
  else {
    writeOut(cli, out, `${outcome.output}\n`);
    const { fail, unknown, pass } = outcome.report.summary;
    cli.remark(`${fail} do not hold, ${unknown} undecided, ${pass} hold: ${out}`);
  }
  const baseline = flags["writeBaseline"] as string | undefined;
  if (baseline !== undefined) {
    writeOut(cli, baseline, outcome.baseline);
    cli.remark(`The failures of this run are known from here on: ${baseline}`);
  }
  return outcome.exitCode;
}

function writeOut(cli: Cli, file: string, text: string): void {
  try {
    writeFileSync(resolve(cli.cwd, file), text);
  } catch (thrown) {
    const { code } = thrown as { readonly code?: unknown };
    throw new CliError(`${file} can't be written${typeof code === "string" ? ` (${code})` : ""}.`);
  }
}

/** Runs until it is interrupted. A run that could not be made is said, and the next change tries again. */
async function checkOnChange(cli: Cli, flags: Flags, options: RunOptions): Promise<number> {
  let exitCode: number = EXIT.done;
  const again = async (): Promise<void> => {
    try {
      exitCode = deliver(cli, flags, await runCheck({ ...options, now: cli.now() }));
    } catch (thrown) {
      if (!(thrown instanceof CheckUsageError || thrown instanceof CliError)) throw thrown;
      cli.remark(thrown.message, "bad");
      exitCode = EXIT.couldNotRun;
    }
    cli.remark(`Checked at ${cli.now().toISOString().slice(11, 19)} UTC; waiting for changes, Ctrl-C ends.`, "quiet");
  };
  const written = [flags["out"], flags["writeBaseline"]].flatMap((file) =>
    typeof file === "string" ? [resolve(cli.cwd, file)] : [],
  );
  await again();
  let timer: NodeJS.Timeout | undefined;
  const watchers: FSWatcher[] = [];
  try {
    await new Promise<void>((stop, fail) => {
      // One run after the other: of two at once the older could be printed last.
      let running = Promise.resolve();
      for (const target of options.targets) {
        const root = resolve(cli.cwd, target);
        const onChange = (_: string, name: string | null): void => {
          if (name !== null && (IGNORED.test(name) || written.includes(resolve(root, name)))) return;
          clearTimeout(timer);
          timer = setTimeout(() => {
            running = running.then(again).catch(fail);
          }, SETTLED_MS);
        };
        watchers.push(watch(root, { recursive: true }, onChange).on("error", fail));
      }
      const forget = cli.onInterrupt(() => {
        forget();
        stop();
      });
    });
  } finally {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  }
  return exitCode;
}

async function plainly<Answer>(act: () => Promise<Answer>): Promise<Answer> {
  try {
    return await act();
  } catch (thrown) {
    if (thrown instanceof CheckUsageError) throw new CliError(thrown.message);
    throw thrown;
  }
}
