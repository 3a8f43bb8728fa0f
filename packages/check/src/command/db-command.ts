/** The command `db update` on a terminal, for `ward check` and for `ward-check`. */
import { resolve } from "node:path";
import { CheckUsageError } from "../run-check.ts";
import type { CheckFlags, CheckTerminal } from "./terminal.ts";
import { transferBar } from "./transfer-bar.ts";

/** Throws CheckUsageError where it could not be done; what was there is then as it was. */
export async function dbUpdateCommand(cli: CheckTerminal, flags: CheckFlags): Promise<number> {
  const text = (name: string) => flags[name] as string | undefined;
  const osvDir = text("osvDir");
  if (osvDir === undefined) throw new CheckUsageError("--osv-dir names the folder that the data is brought to.");
  const { DatabaseUpdateError, EPSS_URL, OSV_URL, updateDatabase } =
    await import("../analyses/dependencies/vulnerabilities/update-database.ts");
  const bar = transferBar(cli.stderr);
  try {
    const { records, hasEpss } = await updateDatabase({
      folder: resolve(cli.cwd, osvDir),
      osvUrl: text("osvUrl") ?? OSV_URL,
      epssUrl: text("epssUrl") ?? EPSS_URL,
      isOffline: flags["offline"] === true,
      onProgress: bar.show,
    });
    bar.clear();
    const with_ = hasEpss ? "EPSS scores are there" : "EPSS scores are not there";
    cli.print(
      cli.json
        ? JSON.stringify({ records, hasEpss })
        : `${osvDir}: ${records} ${records === 1 ? "record" : "records"}, ${with_}.`,
    );
    return 0;
  } catch (thrown) {
    bar.clear();
    if (thrown instanceof DatabaseUpdateError) throw new CheckUsageError(thrown.message);
    throw thrown;
  }
}
