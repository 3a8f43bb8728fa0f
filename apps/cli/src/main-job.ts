/**
 * The main job on sample messages: each is sent over one MLLP connection, and what it caused is gathered from what the
 * node told and from the ledger. Reads and compares; prints nothing.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { NodeEvent, WardState } from "@ward/platform";
import { CliError } from "./explain-error.ts";
import type { MllpAck } from "./platform-port.ts";

/** One entry of `expected.json`; keys that a folder's author adds for other tests are of no concern here. */
export interface Expected {
  readonly ack: string;
  readonly condition?: string;
  readonly resources: Readonly<Record<string, number>>;
  readonly notifications: number;
  readonly quarantined?: boolean;
}

export interface Sample {
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly expected?: Expected;
}

export interface Outcome {
  readonly file: string;
  readonly ack: string;
  readonly condition?: string;
  /** The sender's sentence for a message that was not accepted. */
  readonly reason?: string;
  readonly resources: Readonly<Record<string, number>>;
  /** Filed in an earlier run: nothing was filed now. */
  readonly duplicate: boolean;
  readonly notifications: number;
  readonly entries: number;
  readonly trace: string;
  /** `expected.json` says what it should cause. */
  readonly isCompared: boolean;
}

export type MessageEvent = Extract<NodeEvent, { kind: "message" }>;

/** The folder's `*.hl7` files in the order of their names, with what `expected.json` says of them where there is one. */
export function readSamples(dir: string): readonly Sample[] {
  const files = listFiles(dir);
  const expected = files.includes("expected.json") ? readExpected(join(dir, "expected.json")) : {};
  const samples = files
    .filter((name) => name.endsWith(".hl7"))
    .toSorted()
    .map((file) => {
      const known = expected[file];
      return { file, bytes: readFileSync(join(dir, file)), ...(known ? { expected: known } : {}) };
    });
  if (samples.length === 0) throw new CliError(`${dir} holds no .hl7 file. Pass --messages with a folder that does.`);
  return samples;
}

/** Puts together what was seen of each message. `events` MUST be the node's message events in the order of sending. */
export async function gatherOutcomes(seen: {
  readonly samples: readonly Sample[];
  readonly acks: readonly MllpAck[];
  readonly events: readonly MessageEvent[];
  readonly countEntries: WardState["countEntries"];
}): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const [index, sample] of seen.samples.entries()) {
    const event = seen.events[index];
    const trace = event?.trace ?? "";
    outcomes.push({
      file: sample.file,
      ...ackOf(seen.acks[index]),
      resources: event?.filed ?? {},
      duplicate: event?.duplicate === true,
      notifications: trace === "" ? 0 : await countSends(seen.countEntries, trace),
      entries: trace === "" ? 0 : await seen.countEntries(trace),
      trace,
      isCompared: sample.expected !== undefined,
    });
  }
  return outcomes;
}

/** What left through an egress grant: each send is recorded before its first byte, and once more where it failed. */
async function countSends(countEntries: WardState["countEntries"], trace: string): Promise<number> {
  const action = "egress.send";
  const begun = await countEntries(trace, { action, outcome: "success" });
  return begun - (await countEntries(trace, { action, outcome: "failure" }));
}

/** Sentences, one a difference; empty where everything is as the folder's `expected.json` says. */
export function findDifferences(samples: readonly Sample[], outcomes: readonly Outcome[]): readonly string[] {
  return samples.flatMap((sample, index) => {
    const outcome = outcomes[index];
    if (!sample.expected || !outcome) return [];
    return differencesOf(sample.expected, outcome).map((difference) => `${sample.file}: ${difference}`);
  });
}

function differencesOf(expected: Expected, outcome: Outcome): readonly string[] {
  const differences: string[] = [];
  const compare = (what: string, wanted: string | number, got: string | number): void => {
    if (wanted !== got) differences.push(`${what} ${got}, expected ${wanted}`);
  };
  compare("acknowledgement", expected.ack, outcome.ack);
  compare("condition", expected.condition ?? "none", outcome.condition ?? "none");
  if (outcome.entries === 0) differences.push("no ledger entry");
  // A message filed in an earlier run was compared in that run.
  if (outcome.duplicate) return differences;
  for (const type of new Set([...Object.keys(expected.resources), ...Object.keys(outcome.resources)])) {
    compare(type, expected.resources[type] ?? 0, outcome.resources[type] ?? 0);
  }
  compare("notifications", expected.notifications, outcome.notifications);
  return differences;
}

function ackOf(ack: MllpAck | undefined): Pick<Outcome, "ack" | "condition" | "reason"> {
  const { code = "none", condition, reason } = ack ?? {};
  return { ack: code, ...(condition ? { condition } : {}), ...(reason ? { reason } : {}) };
}

function listFiles(dir: string): readonly string[] {
  try {
    return readdirSync(dir);
  } catch {
    throw new CliError(`There is no folder ${dir}. Pass --messages with the folder that holds the .hl7 files.`);
  }
}

function readExpected(file: string): Readonly<Record<string, Expected>> {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Record<string, Expected>;
  } catch {
    throw new CliError(`${file} isn't JSON. Mend it, or remove it to send the messages without comparing.`);
  }
}
