/** `ward start`: one node in the foreground. Ctrl-C finishes what is in work and leaves nothing running. */
import type { WardNode } from "@ward/platform";
import { EXIT, type Cli } from "./cli.ts";
import { printEvent } from "./event-line.ts";
import { watchInterrupts } from "./interrupts.ts";
import { lendNode, type RunningNode } from "./lend-node.ts";
import { DEFAULT_PORTS, isDevelopment, nodeSettings, type NodeFlags, type StartFlags } from "./node-settings.ts";
import { followChanges } from "./follow-changes.ts";
import { gatherOutput } from "./gather-output.ts";
import { printPlaces } from "./places.ts";

export async function start(cli: Cli, flags: StartFlags): Promise<number> {
  if (flags.once) return (await import("./once.ts")).runOnce(cli, flags);
  return serve(cli, flags, async () => () => {});
}

/** `ward dev`: the same, and every change of the app's files is loaded. */
export async function dev(cli: Cli, flags: NodeFlags): Promise<number> {
  return serve(cli, { ...flags, production: false }, async (node, appDir) => {
    const platform = await cli.platform();
    return followChanges(cli, node, (onChange) => platform.watchApp(appDir, onChange));
  });
}

async function serve(
  direct: Cli,
  flags: NodeFlags,
  whileRunning: (node: WardNode, appDir: string) => Promise<() => void | Promise<void>>,
): Promise<number> {
  const gathered = gatherOutput(direct.stdout);
  const cli: Cli = {
    ...direct,
    print: (text) => gathered.write(`${text}\n`),
    printJson: (value) => gathered.write(`${JSON.stringify(value)}\n`),
  };
  const interrupts = watchInterrupts(cli, () => {
    cli.remark("\nStopping: what is in work is finished first. Press Ctrl-C again to stop at once.");
  });
  try {
    const options = nodeSettings(cli, flags, DEFAULT_PORTS);
    await lendNode(
      cli,
      options,
      (event) => printEvent(cli, event),
      async (running: RunningNode) => {
        if (interrupts.wasRequested()) return;
        await printPlaces(cli, running, options, isDevelopment(cli, flags));
        const stopFollowing = await whileRunning(running.node, options.appDir);
        const lost = await Promise.race([interrupts.requested, running.node.lost]);
        await stopFollowing();
        if (lost) throw lost;
      },
    );
    if (cli.json) cli.printJson({ kind: "stopped", at: cli.now().toISOString() });
    else cli.print(`Stopped. Nothing is left running; the data stays in ${options.stateDir}.`);
    return EXIT.done;
  } finally {
    interrupts.release();
    gathered.end();
  }
}
