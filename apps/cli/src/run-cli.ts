/**
 * One call of `ward`: arguments in, exit code out. Everything around it is a parameter. A failure is one clear line on
 * stderr (with --json one JSON document), never a stack trace: a stack may quote what the program was working on.
 */
import { CommanderError, type Command } from "commander";
import { EXIT, type Cli, type Surroundings } from "./cli.ts";
import { explainError } from "./explain-error.ts";
import { paintFor } from "./paint.ts";
import { buildProgram } from "./program.ts";

export async function runCli(argv: readonly string[], around: Surroundings, version: string): Promise<number> {
  let exitCode: number = EXIT.done;
  let json = argv.includes("--json");
  const program = buildProgram(version, async (flags, act) => {
    json = flags["json"] === true;
    exitCode = await act(cliFor(around, json));
  });
  prepare(program, around);
  try {
    await program.parseAsync(argv.length === 0 ? ["--help"] : [...argv], { from: "user" });
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.done : EXIT.couldNotRun;
    const { code, line, exitCode: failure } = explainError(thrown);
    if (json) around.stderr.write(`${JSON.stringify({ error: { code, message: line } })}\n`);
    else around.stderr.write(`${paintFor(around.stderr, around.env)("bad", "ward:")} ${line}\n`);
    return failure;
  }
}

function cliFor(around: Surroundings, json: boolean): Cli {
  return {
    ...around,
    json,
    paint: paintFor(around.stdout, around.env),
    print: (text) => void around.stdout.write(`${text}\n`),
    printJson: (value) => void around.stdout.write(`${JSON.stringify(value)}\n`),
    remark: (text, style = "plain") =>
      void around.stderr.write(`${paintFor(around.stderr, around.env)(style, text)}\n`),
  };
}

/** commander's settings aren't inherited by commands that exist already, so each gets them. */
function prepare(command: Command, around: Surroundings): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => void around.stdout.write(text),
    writeErr: (text) => void around.stderr.write(text),
    getOutHelpWidth: () => helpWidth(around.stdout.columns),
    getErrHelpWidth: () => helpWidth(around.stderr.columns),
    outputError: (text, write) => write(oneLine(text, command)),
  });
  for (const child of command.commands) prepare(child, around);
}

function helpWidth(columns: number | undefined): number {
  return Math.max(60, Math.min(columns ?? 100, 100));
}

/** `error: unknown command 'strat'\n(Did you mean start?)` as one line that says where to look. */
function oneLine(text: string, command: Command): string {
  const said = text.replace(/^error: /, "").trim();
  const [problem = "", suggestion = ""] = said.split("\n");
  const meant = /\(Did you mean (one of )?(.*)\?\)/.exec(suggestion);
  const hint = meant ? ` Did you mean ${meant[2]}?` : "";
  const path: string[] = [];
  for (let at: Command | null = command; at; at = at.parent) path.unshift(at.name());
  return `ward: ${problem.replace(/\.?$/, ".")}${hint} See \`${path.join(" ")} --help\`.\n`;
}
