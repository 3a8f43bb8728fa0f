/**
 * `check --fix`: prints the changes that mend findings as one diff, or with `--write` makes them. A file that is not as it
 * was read is left alone: somebody is working on it.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { patched, unifiedDiff, type Patch } from "../analyses/patch.ts";
import { CheckUsageError, runCheck, type RunOptions } from "../run-check.ts";
import type { CheckFlags, CheckTerminal } from "./terminal.ts";

/** Undefined where changes were written and what is left is to be reported; else the exit code. */
export async function fix(cli: CheckTerminal, flags: CheckFlags, options: RunOptions): Promise<number | undefined> {
  if (flags["fix"] !== true) throw new CheckUsageError("--write goes with --fix.");
  if (flags["watch"] === true) throw new CheckUsageError("--fix and --watch don't go together.");
  const { patches, exitCode } = await runCheck(options);
  if (flags["write"] === true) {
    for (const patch of patches) write(cli, patch);
    return undefined;
  }
  const out = flags["out"] as string | undefined;
  const diffs = patches.map((patch) => ({ file: patch.source.file, diff: unifiedDiff(patch) }));
  const text = cli.json ? JSON.stringify(diffs) : diffs.map(({ diff }) => diff).join("");
  if (out !== undefined) writeFileSync(resolve(cli.cwd, out), text);
  else if (text !== "") cli.print(text.replace(/\n$/, ""));
  cli.remark(patches.length === 0 ? nothing(exitCode) : `${said(patches)} would change; --write changes them.`);
  return exitCode;
}

function nothing(exitCode: number): string {
  return exitCode === 0
    ? "Nothing to change."
    : "Nothing that --fix can change by itself. Without it the report says what is to be written where.";
}

function write(cli: CheckTerminal, patch: Patch): void {
  const { file, text } = patch.source;
  const path = resolve(cli.cwd, file);
  if (readFileSync(path, "utf8") !== text) {
    cli.remark(`${file} was changed meanwhile and is left as it is.`, "bad");
    return;
  }
  writeFileSync(path, patched(patch));
  cli.remark(`Changed ${file}.`);
}

function said(patches: readonly Patch[]): string {
  return patches.length === 1 ? "1 file" : `${patches.length} files`;
}
