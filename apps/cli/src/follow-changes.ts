/**
 * `ward dev`'s loop: a change of the app's files reloads it. A release that doesn't build leaves the running one in
 * place. Changes that arrive during a reload are loaded after it, once.
 */
import type { FunctionLine, WardNode } from "@ward/platform";
import type { Cli } from "./cli.ts";
import { explainError } from "./explain-error.ts";
import { clockTime } from "./local-time.ts";
import { printable } from "./text-width.ts";

type Watch = (onChange: (paths: readonly string[]) => void) => { close(): void | Promise<void> };

/** Answers how to stop following; the stop waits for a reload in work. */
export function followChanges(
  cli: Cli,
  node: Pick<WardNode, "functions" | "reload">,
  watch: Watch,
): () => Promise<void> {
  let waiting: string[] = [];
  let work: Promise<void> | undefined;
  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      const paths = waiting;
      waiting = [];
      await reloadOnce(cli, node, paths);
    }
    work = undefined;
  };
  const watcher = watch((paths) => {
    waiting.push(...paths);
    work ??= drain();
  });
  return async () => {
    await watcher.close();
    await work;
  };
}

async function reloadOnce(
  cli: Cli,
  node: Pick<WardNode, "functions" | "reload">,
  paths: readonly string[],
): Promise<void> {
  const started = cli.now().getTime();
  const before = new Map(node.functions().map((line) => [line.name, line]));
  try {
    const changes = changesBetween(before, await node.reload());
    const tookMs = cli.now().getTime() - started;
    if (cli.json) cli.printJson({ kind: "reloaded", at: cli.now().toISOString(), paths, changes, ms: tookMs });
    else
      say(
        cli,
        "good",
        `reloaded in ${tookMs} ms: ${changes.map((change) => `${change.name} ${change.what}`).join(", ") || "no function changed"}`,
      );
  } catch (thrown) {
    const { code, line } = explainError(thrown);
    if (cli.json) cli.printJson({ kind: "reload-failed", at: cli.now().toISOString(), paths, code, message: line });
    else say(cli, "bad", `${line}\n  The release before keeps running.`);
  }
}

interface Change {
  readonly name: string;
  readonly what: "added" | "changed" | "removed";
}

function changesBetween(before: ReadonlyMap<string, FunctionLine>, after: readonly FunctionLine[]): readonly Change[] {
  const changes: Change[] = [];
  for (const { name, release } of after) {
    const old = before.get(name);
    if (!old) changes.push({ name, what: "added" });
    else if (old.release !== release) changes.push({ name, what: "changed" });
  }
  const kept = new Set(after.map((line) => line.name));
  for (const name of before.keys()) if (!kept.has(name)) changes.push({ name, what: "removed" });
  return changes;
}

function say(cli: Cli, style: "good" | "bad", text: string): void {
  cli.print(
    `${cli.paint("quiet", clockTime(cli.now()))}  ${cli.paint(style, text.split("\n").map(printable).join("\n"))}`,
  );
}
