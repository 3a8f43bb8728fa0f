/** `ward ledger hold`, `ward ledger prune` and `ward ledger rotate-key`. */
import { EXIT, type Cli } from "./cli.ts";
import { CliError } from "./explain-error.ts";
import { lendState } from "./lend-state.ts";
import { localTime } from "./local-time.ts";
import type { StateFlags } from "./node-settings.ts";
import { parseTime } from "./period.ts";
import { formatTable } from "./table.ts";

const LIMITS = {
  retention: "what is younger must be kept",
  hold: "a legal hold keeps the rest: `ward ledger hold list`",
  publication: "the rest is not published yet",
  feed: "a live feed has not been sent the rest",
} as const;

export async function addHold(
  cli: Cli,
  flags: StateFlags & { readonly since?: string },
  name: string,
): Promise<number> {
  const since = flags.since === undefined ? undefined : new Date(parseTime(flags.since, cli.now(), "--since"));
  return await lendState(cli, flags, async ({ retention }) => {
    await retention.hold(name, since);
    if (cli.json) cli.printJson({ name, held: true });
    else
      cli.print(
        `Held. No entry ${since === undefined ? "" : "from then on "}is pruned until \`ward ledger hold release ${name}\`.`,
      );
    return EXIT.done;
  });
}

export async function releaseHold(cli: Cli, flags: StateFlags, name: string): Promise<number> {
  return await lendState(cli, flags, async ({ retention }) => {
    const isReleased = await retention.release(name);
    if (!isReleased) throw new CliError(`There is no hold of this name: \`ward ledger hold list\` shows them.`);
    if (cli.json) cli.printJson({ name, held: false });
    else cli.print("Released.");
    return EXIT.done;
  });
}

export async function listHolds(cli: Cli, flags: StateFlags): Promise<number> {
  return await lendState(cli, flags, async ({ retention }) => {
    const holds = await retention.holds();
    if (cli.json) cli.printJson(holds);
    else if (holds.length === 0) cli.print("Nothing is held.");
    else {
      const columns = [{ title: "Name" }, { title: "From entry", align: "right" }, { title: "Since" }] as const;
      const rows = holds.map(({ name, first, placedAt }) => [name, first, localTime(placedAt)]);
      cli.print(formatTable(columns, rows, { width: cli.stdout.columns, paint: cli.paint }));
    }
    return EXIT.done;
  });
}

export async function pruneLedger(
  cli: Cli,
  flags: StateFlags & { readonly years?: number; readonly dryRun?: boolean },
): Promise<number> {
  const isTrial = flags.dryRun === true;
  return await lendState(cli, flags, async ({ retention }) => {
    const pruning = await retention.prune({ isTrial, ...(flags.years === undefined ? {} : { years: flags.years }) });
    if (cli.json) cli.printJson(pruning);
    else {
      cli.print(`${isTrial ? "Would prune" : "Pruned"}  ${pruning.pruned} entries`);
      cli.print(`The log begins with entry ${pruning.minimum}; ${LIMITS[pruning.limit]}.`);
    }
    return EXIT.done;
  });
}

export async function rotateLedgerKey(cli: Cli, flags: StateFlags & { readonly finish?: boolean }): Promise<number> {
  return await lendState(cli, flags, async ({ ledgerKeys }) => {
    if (flags.finish !== true) {
      const key = await ledgerKeys.rotate();
      if (cli.json) cli.printJson({ key });
      else {
        cli.print(`Key         ${key}`);
        cli.print("Start every node again: both keys sign from then on. Give the key to auditors and witnesses,");
        cli.print("and when they have it end the former one: `ward ledger rotate-key --finish`.");
      }
      return EXIT.done;
    }
    const isEnded = await ledgerKeys.finish();
    if (!isEnded) throw new CliError("No change of keys is under way.");
    if (cli.json) cli.printJson({ ended: true });
    else cli.print("The former key is destroyed. Start every node again.");
    return EXIT.done;
  });
}
