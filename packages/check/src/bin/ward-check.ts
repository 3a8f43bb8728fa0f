/** `ward-check`: the command `check` for repositories that install nothing else of Ward. Needs Node 24. */
import { parseArgs, styleText } from "node:util";
import { checkCommand, driftCommand } from "../command/check-command.ts";
import type { CheckTerminal } from "../command/terminal.ts";
import { CHECK_OPTIONS, DB_OPTIONS, DRIFT_OPTIONS, type CheckOption } from "../command/check-options.ts";
import type { Paint } from "../report/text-report.ts";
import { CheckUsageError } from "../run-check.ts";

const STYLES = { plain: [], strong: "bold", quiet: "dim", good: "green", warn: "yellow", bad: "red" } as const;

process.exitCode = await run(process.argv.slice(2));

async function run(argv: readonly string[]): Promise<number> {
  try {
    const isDrift = argv[0] === "drift";
    const isDb = argv[0] === "db" && argv[1] === "update";
    const options = isDrift ? DRIFT_OPTIONS : isDb ? DB_OPTIONS : CHECK_OPTIONS;
    const { flags, paths } = parsed(argv.slice(isDrift ? 1 : isDb ? 2 : 0), options);
    if (flags["help"] === true) {
      process.stdout.write(help(options));
      return 0;
    }
    const cli = terminal(flags["json"] === true);
    if (isDrift) return await driftCommand(cli, flags, paths);
    if (isDb) return await (await import("../command/db-command.ts")).dbUpdateCommand(cli, flags);
    const [command, ...rest] = paths;
    if (command !== "explain" && command !== "rules") return await checkCommand(cli, flags, paths);
    const { explainCommand, rulesCommand } = await import("../command/rules-command.ts");
    return command === "rules" ? await rulesCommand(cli, flags) : await explainCommand(cli, rest[0]);
  } catch (thrown) {
    if (!(thrown instanceof CheckUsageError)) throw thrown;
    process.stderr.write(`ward-check: ${thrown.message}\n`);
    return 2;
  }
}

function parsed(
  argv: readonly string[],
  taken: readonly CheckOption[],
): { flags: Readonly<Record<string, unknown>>; paths: readonly string[] } {
  const known = taken.map(({ name, value, isMany }) => {
    const type = value === undefined ? ("boolean" as const) : ("string" as const);
    return [name, { type, multiple: isMany === true }] as const;
  });
  const options: Record<string, { type: "boolean" | "string"; multiple?: boolean }> = {
    ...Object.fromEntries(known),
    json: { type: "boolean" },
    help: { type: "boolean" },
  };
  const flags: Record<string, unknown> = {};
  let paths: readonly string[];
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true });
    paths = positionals;
    for (const { name, byDefault } of taken) flags[camel(name)] = values[name] ?? byDefault;
    Object.assign(flags, { json: values["json"], help: values["help"] });
  } catch (thrown) {
    throw new CheckUsageError(thrown instanceof Error ? thrown.message : "The options can't be read.");
  }
  for (const { name, choices } of taken) {
    const given = flags[camel(name)];
    if (choices && typeof given === "string" && !choices.includes(given)) {
      throw new CheckUsageError(`--${name}: use one of ${choices.join(", ")}.`);
    }
  }
  return { flags, paths };
}

function terminal(json: boolean): CheckTerminal {
  const isColoured = process.stdout.isTTY && !process.env["NO_COLOR"] && process.env["TERM"] !== "dumb";
  const paint: Paint = (style, text) =>
    isColoured && style !== "plain" && text !== "" ? styleText(STYLES[style], text, { validateStream: false }) : text;
  return {
    cwd: process.cwd(),
    json,
    paint,
    stdout: process.stdout,
    stderr: process.stderr,
    now: () => new Date(),
    env: process.env,
    print: (text) => void process.stdout.write(`${text}\n`),
    remark: (text) => void process.stderr.write(`${text}\n`),
    onInterrupt: (listener) => {
      process.on("SIGINT", listener);
      return () => void process.off("SIGINT", listener);
    },
  };
}

function help(options: readonly CheckOption[]): string {
  const rows = options.map(({ name, value, about }) => {
    const flag = value === undefined ? `--${name}` : `--${name} <${value}>`;
    return `  ${flag.padEnd(28)}${about}\n`;
  });
  return `Usage: ward-check [options] [paths...]
       ward-check explain <rule>
       ward-check rules [--framework <id>]
       ward-check db update --osv-dir <folder> [--offline]\n\n${rows.join("")}  ${"--json".padEnd(28)}print JSON\n`;
}

function camel(name: string): string {
  return name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
