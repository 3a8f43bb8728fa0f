/** `ward secrets put`: the value comes from stdin, because an argument would show in the process list and the history. */
import { EXIT, type Cli } from "./cli.ts";
import { CliError } from "./explain-error.ts";
import { lendState } from "./lend-state.ts";
import type { StateFlags } from "./node-settings.ts";

export async function putSecret(cli: Cli, flags: StateFlags, name: string): Promise<number> {
  const value = (await cli.readStdin()).replace(/\r?\n$/, "");
  if (value === "") throw new CliError(`Give the value on stdin: \`ward secrets put ${name} < FILE\`.`);
  return lendState(cli, flags, async (state) => {
    await state.putSecret(name, value);
    if (cli.json) cli.printJson({ name, kept: true });
    else cli.print(`Kept ${name}, encrypted. Functions that are granted it read it with ctx.secrets.get("${name}").`);
    return EXIT.done;
  });
}
