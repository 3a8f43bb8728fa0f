/**
 * `ward start --once`: the main job on sample messages, from the lab's socket to the notification and the verified
 * ledger, in one go. It uses free ports, so that it runs beside a node that is already up.
 */
import { resolve } from "node:path";
import type { LedgerReport, NodeOptions } from "@ward/platform";
import { EXIT, type Cli } from "./cli.ts";
import { messageType, printEvent, resourcesText } from "./event-line.ts";
import { watchInterrupts } from "./interrupts.ts";
import { describeCheckpoint, parseCheckpoint } from "./checkpoint.ts";
import { lendNode, type RunningNode } from "./lend-node.ts";
import {
  findDifferences,
  gatherOutcomes,
  readSamples,
  type MessageEvent,
  type Outcome,
  type Sample,
} from "./main-job.ts";
import { nodeSettings, type StartFlags } from "./node-settings.ts";
import type { SmsSink } from "./sms-sink.ts";
import { formatTable, type Cell } from "./table.ts";

const SETTLE_MS = 60_000;

export async function runOnce(cli: Cli, flags: StartFlags): Promise<number> {
  const samples = readSamples(resolve(cli.cwd, flags.messages ?? "conformance/hl7"));
  const options = nodeSettings(cli, flags, { https: 0, mllp: 0 });
  const interrupts = watchInterrupts(cli, () => cli.remark("\nStopping; the job is not finished."));
  const events: MessageEvent[] = [];
  try {
    return await lendNode(
      cli,
      options,
      (event) => {
        if (event.kind === "message") events.push(event);
        else if (!cli.json && event.kind !== "request") printEvent(cli, event);
      },
      async (running) => {
        const stopped = interrupts.requested.then(() => EXIT.interrupted);
        return Promise.race([stopped, doMainJob(cli, running, samples, events, options)]);
      },
    );
  } finally {
    interrupts.release();
  }
}

async function doMainJob(
  cli: Cli,
  { node, sink }: RunningNode,
  samples: readonly Sample[],
  events: readonly MessageEvent[],
  { host, mllpTls }: NodeOptions,
): Promise<number> {
  cli.remark(`Sending ${samples.length} messages to ${node.urls.mllp}.`);
  const platform = await cli.platform();
  const target = { host: reachableHost(host), port: node.mllpPort, ...(mllpTls ? { tls: { ca: node.caPem } } : {}) };
  const acks = await platform.sendMllp(
    target,
    samples.map((sample) => sample.bytes),
  );
  await node.settled(SETTLE_MS);
  const outcomes = await gatherOutcomes({
    samples,
    acks,
    events,
    countEntries: (trace, only) => node.state.countEntries(trace, only),
  });
  const waiting = (await node.state.events.list()).filter(
    (line) => line.state === "quarantined" || line.state === "failed",
  );
  const report = await node.state.verifyLedger();
  const differences = [...findDifferences(samples, outcomes), ...ofTheWhole(samples, events, outcomes, sink)];
  if (cli.json) printJson(cli, { outcomes, events, waiting: waiting.length, report, differences });
  else printOutcomes(cli, { outcomes, waiting: waiting.length, report, differences });
  return report.ok && differences.length === 0 ? EXIT.done : EXIT.problem;
}

/** A node that listens on every address is reached on this machine's own. */
function reachableHost(host: string): string {
  return ["0.0.0.0", "::"].includes(host) ? "localhost" : host;
}

/** What no single message shows. */
function ofTheWhole(
  samples: readonly Sample[],
  events: readonly MessageEvent[],
  outcomes: readonly Outcome[],
  sink: SmsSink | undefined,
): readonly string[] {
  const differences: string[] = [];
  if (events.length !== samples.length) {
    differences.push(`the node told of ${events.length} messages, ${samples.length} were sent`);
  }
  // More may arrive than were caused now: an event of an interrupted run is delivered in the next.
  const sent = notificationsOf(outcomes);
  if (sink && sink.messages.length < sent) {
    differences.push(`the ledger tells of ${sent} notifications, the SMS sink received ${sink.messages.length}`);
  }
  return differences;
}

function notificationsOf(outcomes: readonly Outcome[]): number {
  return outcomes.reduce((sum, { notifications }) => sum + notifications, 0);
}

interface Told {
  readonly outcomes: readonly Outcome[];
  readonly waiting: number;
  readonly report: LedgerReport;
  readonly differences: readonly string[];
}

function printOutcomes(cli: Cli, { outcomes, waiting, report, differences }: Told): void {
  cli.print(
    formatTable(
      [
        { title: "Message" },
        { title: "ACK" },
        { title: "Resources", wrap: true },
        { title: "Notified", align: "right" },
        { title: "Ledger", align: "right" },
      ],
      outcomes.map((outcome) => rowOf(outcome)),
      { width: cli.stdout.columns, paint: cli.paint },
    ),
  );
  const count = (ack: string) => outcomes.filter((outcome) => outcome.ack === ack).length;
  const resources = outcomes.reduce((sum, { resources: filed }) => sum + total(filed), 0);
  const entries = outcomes.reduce((sum, outcome) => sum + outcome.entries, 0);
  cli.print(
    `\n${outcomes.length} messages: ${count("AA")} accepted, ${count("AE")} in error, ${count("AR")} refused. ` +
      `${resources} resources written, ${notificationsOf(outcomes)} notifications, ${entries} ledger entries.`,
  );
  if (waiting > 0) cli.print(`${waiting} waiting for a person: npx ward events list`);
  cli.print("");
  if (report.ok) {
    for (const line of describeCheckpoint(report.checkpoint)) cli.print(line);
    cli.print(cli.paint("good", `verified: all ${report.entries} entries of the ledger`));
  } else {
    const where = report.index === undefined ? "" : ` at entry ${report.index}`;
    cli.print(cli.paint("bad", `NOT verified${where}: ${report.problem}`));
  }
  if (differences.length === 0 && outcomes.some(({ isCompared }) => isCompared)) {
    cli.print(cli.paint("good", "as expected: every message caused what expected.json says"));
  }
  if (differences.length > 0) {
    cli.print(cli.paint("bad", "\nNot as expected.json says:"));
    for (const difference of differences) cli.print(`  ${difference}`);
  }
}

function rowOf(outcome: Outcome): readonly Cell[] {
  const ack = outcome.condition ? `${outcome.ack} ${outcome.condition}` : outcome.ack;
  return [
    outcome.file,
    { text: ack, style: outcome.ack === "AA" ? "good" : "warn" },
    outcome.duplicate
      ? { text: "already filed", style: "quiet" }
      : resourcesText(outcome.resources) || {
          text: `none${outcome.reason ? `: ${outcome.reason}` : ""}`,
          style: "quiet",
        },
    outcome.notifications,
    outcome.entries,
  ];
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function printJson(
  cli: Cli,
  { outcomes, events, waiting, report, differences }: Told & { readonly events: readonly MessageEvent[] },
): void {
  cli.printJson({
    messages: outcomes.map((outcome, index) => ({ ...outcome, type: messageType(events[index]?.type ?? "") })),
    waiting,
    ledger: report.ok ? { ...report, ...parseCheckpoint(report.checkpoint) } : report,
    differences,
    ok: report.ok && differences.length === 0,
  });
}
