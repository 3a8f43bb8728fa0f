/** The commands on a state folder's database and keys; a node may be running on it or not. */
import { principalName, type Principal, type PurposeOfUse } from "@ward/core";
import type { EventLine } from "@ward/platform";
import { describeCheckpoint, parseCheckpoint } from "./checkpoint.ts";
import { EXIT, type Cli } from "./cli.ts";
import { CliError } from "./explain-error.ts";
import { lendState } from "./lend-state.ts";
import { localTime } from "./local-time.ts";
import type { StateFlags } from "./node-settings.ts";
import { progressBar } from "./progress-bar.ts";
import { formatTable } from "./table.ts";

export async function verifyLedger(cli: Cli, flags: StateFlags): Promise<number> {
  return lendState(cli, flags, async (state) => {
    const bar = progressBar(cli.stderr, "Verifying");
    const report = await state.verifyLedger(bar.show).finally(() => bar.clear());
    if (cli.json) {
      cli.printJson(report.ok ? { ...report, ...parseCheckpoint(report.checkpoint) } : report);
    } else if (report.ok) {
      cli.print(`Entries     ${report.entries}`);
      for (const line of describeCheckpoint(report.checkpoint)) cli.print(line);
      if (report.minimum !== undefined) cli.print(`Begins with ${report.minimum}: older entries were pruned`);
      if (report.key !== undefined) cli.print(`Key         ${report.key}`);
      if (report.published !== undefined) cli.print(`Published   ${report.published} entries, compared`);
      cli.print(cli.paint("good", "verified"));
    } else {
      const first = report.index === undefined ? "" : ` The first wrong entry is ${report.index}.`;
      const where = report.path === undefined ? "" : ` Look at ${report.path} in the place it was published to.`;
      cli.print(cli.paint("bad", `NOT verified: ${report.problem}.${first}${where}`));
      cli.print(`Entries read: ${report.entries}. Keep the database as it is and call whoever answers for security.`);
    }
    return report.ok ? EXIT.done : (report.exitStatus ?? EXIT.problem);
  });
}

export async function listEvents(cli: Cli, flags: StateFlags): Promise<number> {
  return lendState(cli, flags, async (state) => {
    const events = await state.events.list();
    if (cli.json) cli.printJson(events);
    else if (events.length === 0) cli.print("Nothing waits: no message is in quarantine and no delivery has failed.");
    else {
      const columns = [
        { title: "Id" },
        { title: "Kind" },
        { title: "Function" },
        { title: "State" },
        { title: "Tries", align: "right" },
        { title: "Since" },
        { title: "Reason", wrap: true },
      ] as const;
      const rows = events.map((event) => [
        event.id,
        event.kind,
        event.function,
        { text: event.state, style: isWaiting(event) ? ("warn" as const) : ("plain" as const) },
        event.attempts,
        localTime(new Date(event.since)),
        event.reason,
      ]);
      cli.print(formatTable(columns, rows, { width: cli.stdout.columns, paint: cli.paint }));
      cli.print("\nReplay one with: npx ward events replay ID");
    }
    return EXIT.done;
  });
}

/** With `--all`, every event that waits, oldest first; one that fails again does not stop the others. */
export async function replayEvents(
  cli: Cli,
  flags: StateFlags & { readonly all?: boolean },
  id?: string,
): Promise<number> {
  if ((id === undefined) === !flags.all) throw new CliError("Name one event, or pass --all: `ward events replay ID`.");
  return lendState(cli, flags, async (state) => {
    const ids =
      id === undefined
        ? (await state.events.list())
            .filter(isWaiting)
            .toSorted(oldestFirst)
            .map((event) => event.id)
        : [id];
    if (ids.length === 0 && !cli.json) cli.print("Nothing waits.");
    let failed = 0;
    for (const each of ids) {
      const outcome = await state.events.replay(each);
      if (!outcome.ok) failed += 1;
      if (cli.json) cli.printJson({ id: each, ...outcome });
      else cli.print(`${each}  ${cli.paint(outcome.ok ? "good" : "bad", outcome.text)}`);
    }
    return failed === 0 ? EXIT.done : EXIT.problem;
  });
}

export async function listFunctions(cli: Cli, flags: StateFlags): Promise<number> {
  return lendState(cli, flags, async (state) => {
    const functions = await state.functions();
    if (cli.json) cli.printJson(functions);
    else if (functions.length === 0)
      cli.print("No function is released here yet. Start the app: `ward start --app DIR`.");
    else {
      const columns = [
        { title: "Function" },
        { title: "Trigger", wrap: true },
        { title: "Release" },
        { title: "Instances", align: "right" },
        { title: "Invocations", align: "right" },
        { title: "Failures", align: "right" },
      ] as const;
      const rows = functions.map((line) => [
        line.name,
        line.trigger,
        shortDigest(line.release),
        line.instances,
        line.invocations,
        { text: String(line.failures), style: line.failures > 0 ? ("warn" as const) : ("plain" as const) },
      ]);
      cli.print(formatTable(columns, rows, { width: cli.stdout.columns, paint: cli.paint }));
    }
    return EXIT.done;
  });
}

export interface TokenFlags extends StateFlags {
  readonly person?: string;
  readonly service?: string;
  readonly role?: readonly string[];
  readonly purpose: PurposeOfUse;
  readonly minutes: number;
}

/** Prints the token alone on stdout, so that `$(ward token …)` works. */
export async function issueToken(cli: Cli, flags: TokenFlags): Promise<number> {
  const principal = principalOf(flags);
  return lendState(cli, flags, async (state) => {
    const token = await state.issueToken(principal, flags.purpose, flags.minutes);
    const expires = new Date(cli.now().getTime() + flags.minutes * 60_000);
    if (cli.json) {
      cli.printJson({
        token,
        principal: principalName(principal),
        purpose: flags.purpose,
        expires: expires.toISOString(),
      });
    } else {
      cli.print(token);
      cli.remark(`For ${principalName(principal)}, purpose ${flags.purpose}, until ${localTime(expires)}.`);
    }
    return EXIT.done;
  });
}

function principalOf({ person, service, role = [] }: TokenFlags): Principal {
  if ((person === undefined) === (service === undefined)) {
    throw new CliError("Say for whom: --person NAME with at least one --role, or --service NAME.");
  }
  if (service !== undefined) {
    if (role.length > 0) throw new CliError("A service has no roles: policies name it. Leave --role out.");
    return { kind: "service", id: service };
  }
  if (role.length === 0) throw new CliError("A person acts in a role. Pass at least one: --role clinician.");
  return { kind: "person", id: person ?? "", roles: role };
}

function isWaiting(event: EventLine): boolean {
  return event.state === "quarantined" || event.state === "failed";
}

function oldestFirst(a: EventLine, b: EventLine): number {
  return a.since < b.since ? -1 : a.since > b.since ? 1 : 0;
}

/** `sha256:1f3a…` → its first twelve digits: enough to tell releases apart. */
function shortDigest(digest: string): string {
  return digest.replace(/^sha256:/, "").slice(0, 12);
}
