/** What every command of `ward` has in common: its help with an example, what it prints and its exit codes; --json; where state lies. */
import type { Command } from "commander";
import type { Cli } from "./cli.ts";

/** Runs a command with its options and arguments, and keeps its exit code. */
export type Run = (flags: Record<string, unknown>, act: (cli: Cli) => Promise<number>) => Promise<void>;

interface Lesson {
  readonly about: string;
  readonly example: string;
  readonly prints: string;
  readonly exits?: string;
}

export const EXITS = "0 done, 1 it ran and found a problem, 2 it could not run";

export function group(parent: Command, name: string, summary: string): Command {
  return parent
    .command(name)
    .summary(summary)
    .description(`${capital(summary)}.`)
    .helpCommand(false)
    .helpOption("--help", "say how to use it");
}

export function add(parent: Command, name: string, summary: string): Command {
  return parent.command(name).summary(summary).helpOption("--help", "say how to use it").option("--json", "print JSON");
}

export function teach(command: Command, { about, example, prints, exits = EXITS }: Lesson): Command {
  const indented = (text: string) => text.replaceAll(/^/gm, "  ");
  return command
    .description(about.replaceAll("\n", " "))
    .addHelpText(
      "after",
      `\nExample:\n${indented(example)}\n\nPrints:\n${indented(prints)}\n\nExit codes:\n${indented(exits)}`,
    );
}

export function stateOptions(command: Command): Command {
  return stateDirOption(command).option(
    "--database-url <url>",
    "PostgreSQL 15 or later (default: DATABASE_URL, which keeps its password out of the process list)",
  );
}

export function stateDirOption(command: Command): Command {
  return command.option(
    "--state-dir <dir>",
    "keys, certificates, embedded database (default: WARD_STATE_DIR, or .ward)",
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
