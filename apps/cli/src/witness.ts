/** `ward ledger witness`: runs until it is interrupted. */
import { resolve } from "node:path";
import { EXIT, type Cli } from "./cli.ts";

export interface WitnessFlags {
  readonly name: string;
  readonly log: readonly string[];
  readonly dir: string;
  readonly host: string;
  readonly port: number;
}

export async function runWitness(cli: Cli, flags: WitnessFlags): Promise<number> {
  const platform = await cli.platform();
  const { name, log, host, port } = flags;
  const witness = await platform.startWitness({ name, logKeys: log, folder: resolve(cli.cwd, flags.dir), host, port });
  if (cli.json) cli.printJson({ url: witness.url, key: witness.verifierKey });
  else {
    cli.print(`Listening   ${witness.url}`);
    cli.print(`Key         ${witness.verifierKey}`);
  }
  let forget = (): void => undefined;
  await new Promise<void>((stop) => {
    forget = cli.onInterrupt(stop);
  });
  forget();
  await witness.close();
  return EXIT.done;
}
