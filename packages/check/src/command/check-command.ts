/** The command `check` on a terminal, for `ward` and for `ward-check`, which is the same without the rest of Ward. */
import { readFileSync, watch, writeFileSync, type FSWatcher } from "node:fs";
import { resolve } from "node:path";
import type { Format } from "../report/formats.ts";
import type { TextOptions } from "../report/text-report.ts";
import type { Severity } from "../judge/fact.ts";
import type { GraphFormat } from "../topology/graph-formats.ts";
import { CheckUsageError, runCheck, type RunOptions, type RunOutcome } from "../run-check.ts";
import type { CheckFlags, CheckTerminal } from "./terminal.ts";

const SETTLED_MS = 150;
/** Folders that change by themselves and hold nothing that is checked. */
const IGNORED = /(^|[/\\])(node_modules|\.git|\.terraform|\.ward)([/\\]|$)/;

/** Ends with the exit code. Throws CheckUsageError where it can't run. */
export async function checkCommand(cli: CheckTerminal, flags: CheckFlags, paths: readonly string[]): Promise<number> {
  const options = optionsOf(cli, flags, paths);
  if (flags["fix"] === true || flags["write"] === true) {
    const exitCode = await (await import("./fix.ts")).fix(cli, flags, options);
    if (exitCode !== undefined) return exitCode;
  }
  if (flags["watch"] !== true) return deliver(cli, flags, await runCheck(options));
  return await checkOnChange(cli, flags, options);
}

/** `check drift`. Ends with the exit code, which is as of `check`. */
export async function driftCommand(cli: CheckTerminal, flags: CheckFlags, paths: readonly string[]): Promise<number> {
  const many = (name: string) => (flags[name] as readonly string[] | undefined) ?? [];
  const drift = { plans: many("plan"), snapshots: many("liveSnapshot") };
  if (drift.plans.length + drift.snapshots.length === 0) {
    throw new CheckUsageError("Say what runs: --live-snapshot FILE, or --plan FILE for Terraform.");
  }
  return deliver(cli, flags, await runCheck({ ...optionsOf(cli, flags, paths), drift }));
}

function optionsOf(cli: CheckTerminal, flags: CheckFlags, paths: readonly string[]): RunOptions {
  const text = (name: string) => flags[name] as string | undefined;
  const waiversFile = text("waivers");
  const baselineFile = text("baseline");
  const region = text("region");
  const graph = flags["graph"] as GraphFormat | undefined;
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
    ...(graph === undefined ? {} : { graph }),
    ...(residency === undefined ? {} : { residency }),
    analysis: analysisOptions(cli, flags),
  };
}

function analysisOptions({ env = {} }: CheckTerminal, flags: CheckFlags): NonNullable<RunOptions["analysis"]> {
  const text = (name: string) => flags[name] as string | undefined;
  const osvDir = text("osvDir");
  const registry = text("registry") ?? env["npm_config_registry"];
  const epoch = Number(env["SOURCE_DATE_EPOCH"] ?? Number.NaN);
  return {
    wantsSbom: text("sbom") !== undefined,
    wantsPatches: flags["fix"] === true,
    registryAudit: flags["registryAudit"] === true,
    history: flags["history"] === true,
    ...(osvDir === undefined ? {} : { osvDir }),
    ...(registry === undefined ? {} : { registry }),
    ...(Number.isSafeInteger(epoch) && epoch >= 0 ? { sourceDateEpoch: epoch } : {}),
  };
}

export function textOptions(cli: CheckTerminal, flags: CheckFlags): TextOptions {
  const isFile = flags["out"] !== undefined;
  return {
    paint: isFile ? (_, text) => text : cli.paint,
    width: Math.min(cli.stdout.columns ?? 100, 100),
    verbose: flags["verbose"] === true,
  };
}

/** `Name=value`, or a JSON file: an object, or the list of ParameterKey and ParameterValue that AWS's own CLI takes. */
function parametersOf(cli: CheckTerminal, given: readonly string[]): Readonly<Record<string, string>> {
  const parameters: Record<string, string> = {};
  for (const one of given) {
    const equals = one.indexOf("=");
    if (equals > 0) parameters[one.slice(0, equals)] = one.slice(equals + 1);
    else Object.assign(parameters, parameterFile(cli, one));
  }
  return parameters;
}

function parameterFile(cli: CheckTerminal, path: string): Readonly<Record<string, string>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(resolve(cli.cwd, path), "utf8"));
  } catch {
    throw new CheckUsageError(`--parameters takes Name=value or a JSON file; ${path} is neither.`);
  }
  if (typeof parsed !== "object" || parsed === null) {
    throw new CheckUsageError(`${path} holds no parameters: an object, or a list of ParameterKey and ParameterValue.`);
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

function deliver(cli: CheckTerminal, flags: CheckFlags, outcome: RunOutcome): number {
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
  const sbom = flags["sbom"] as string | undefined;
  if (sbom !== undefined) {
    if (outcome.sbom === undefined)
      throw new CheckUsageError("There is no lockfile to write a bill of materials from.");
    writeOut(cli, sbom, outcome.sbom);
    cli.remark(`The bill of materials: ${sbom}`);
  }
  return outcome.exitCode;
}

function writeOut(cli: CheckTerminal, file: string, text: string): void {
  try {
    writeFileSync(resolve(cli.cwd, file), text);
  } catch (thrown) {
    const { code } = thrown as { readonly code?: unknown };
    throw new CheckUsageError(`${file} can't be written${typeof code === "string" ? ` (${code})` : ""}.`);
  }
}

/** Runs until it is interrupted. A run that could not be made is said, and the next change tries again. */
async function checkOnChange(cli: CheckTerminal, flags: CheckFlags, options: RunOptions): Promise<number> {
  let exitCode: number = 0;
  const again = async (): Promise<void> => {
    try {
      exitCode = deliver(cli, flags, await runCheck({ ...options, now: cli.now() }));
    } catch (thrown) {
      if (!(thrown instanceof CheckUsageError)) throw thrown;
      cli.remark(thrown.message, "bad");
      exitCode = 2;
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
