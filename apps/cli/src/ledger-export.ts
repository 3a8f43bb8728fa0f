/** `ward ledger export`: entries as lines on stdout or in a file, with the cursor to go on from. */
import { createWriteStream } from "node:fs";
import { once } from "node:events";
import { resolve } from "node:path";
import type { ExportFormat } from "@ward/platform";
import { EXIT, type Cli } from "./cli.ts";
import { lendState } from "./lend-state.ts";
import type { StateFlags } from "./node-settings.ts";
import { parseTime } from "./period.ts";

export interface ExportFlags extends StateFlags {
  readonly format: ExportFormat;
  readonly since?: string;
  readonly from?: number;
  readonly out?: string;
}

export async function exportLedger(cli: Cli, flags: ExportFlags): Promise<number> {
  const { format, from, out } = flags;
  const since = flags.since === undefined ? undefined : parseTime(flags.since, cli.now(), "--since");
  const range = { ...(since === undefined ? {} : { since }), ...(from === undefined ? {} : { from }) };
  return await lendState(cli, flags, async ({ audit }) => {
    const target = out === undefined ? undefined : await openFile(resolve(cli.cwd, out));
    let [lines, next] = [0, from ?? 0];
    for await (const page of audit.export(format, range)) {
      const text = page.lines.map((line) => `${line}\n`).join("");
      if (target === undefined) cli.stdout.write(text);
      else await target.write(text);
      lines += page.lines.length;
      next = page.next;
    }
    await target?.close();
    if (cli.json && out !== undefined) cli.printJson({ lines, next, format, file: out });
    else cli.remark(`${lines} entries. Go on with --from ${next}.`);
    return EXIT.done;
  });
}

/** Waits where the disk is slower than the database, so that memory does not fill with lines. */
async function openFile(path: string) {
  const stream = createWriteStream(path, { mode: 0o600 });
  await once(stream, "open");
  return {
    async write(text: string): Promise<void> {
      if (!stream.write(text)) await once(stream, "drain");
    },
    async close(): Promise<void> {
      stream.end();
      await once(stream, "close");
    },
  };
}
