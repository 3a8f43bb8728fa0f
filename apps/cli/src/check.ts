/** `ward check` and the commands below it: runs `@ward/check` on files of this machine. Never loads the platform. */
import {
  checkCommand,
  CheckUsageError,
  dbUpdateCommand,
  driftCommand,
  explainCommand,
  rulesCommand,
  type CheckFlags,
} from "@ward/check";
import type { Cli } from "./cli.ts";
import { CliError } from "./explain-error.ts";

export async function check(cli: Cli, flags: CheckFlags, paths: readonly string[]): Promise<number> {
  return await plainly(() => checkCommand(cli, flags, paths));
}

export async function drift(cli: Cli, flags: CheckFlags, paths: readonly string[]): Promise<number> {
  return await plainly(() => driftCommand(cli, flags, paths));
}

export async function dbUpdate(cli: Cli, flags: CheckFlags): Promise<number> {
  return await plainly(() => dbUpdateCommand(cli, flags));
}

export async function explain(cli: Cli, id: string): Promise<number> {
  return await plainly(() => explainCommand(cli, id));
}

export async function rules(cli: Cli, flags: CheckFlags): Promise<number> {
  return await plainly(() => rulesCommand(cli, flags));
}

async function plainly<Answer>(act: () => Promise<Answer>): Promise<Answer> {
  try {
    return await act();
  } catch (thrown) {
    if (thrown instanceof CheckUsageError) throw new CliError(thrown.message);
    throw thrown;
  }
}
