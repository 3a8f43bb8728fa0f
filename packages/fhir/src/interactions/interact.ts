/**
 * FHIR R4 interactions, each through the door: authorized and recorded act by act, a transaction's entries one by one
 * and all before the first of them reads or writes (45 CFR 164.312(b)).
 */
import { WardError, type Clock, type FhirAnswer } from "@ward/core";
import type { Act, Acts, Door, RecordReader, RecordWriter, Touched } from "@ward/access";
import type { Vault } from "@ward/vault";
import { parseTransaction, type Entry } from "./bundle.ts";
import { isTransaction, parseCall, type Interaction } from "./call.ts";
import type { FhirService } from "../contract.ts";
import type { JsonObject } from "../json.ts";
import type { RecordRules } from "../storage/record-storage.ts";
import { createRecordStorage } from "../storage/record-storage.ts";
import { findMatches, searchset } from "../query/run-search.ts";
import {
  writeBatch,
  type BatchTools,
  type WriteEntry,
  type WriteInteraction,
  type BatchResult,
} from "../storage/write-batch.ts";

export interface FhirOptions extends RecordRules {
  readonly door: Door;
  readonly vault: Vault;
  readonly clock: Clock;
  /** Random UUIDs (v4: a v7 would tell when a record was made). */
  readonly newId: () => string;
}

type ReadInteraction = Exclude<Interaction, WriteInteraction>;

/** What an act gave: the answer, and the records it touched. */
interface Outcome {
  readonly answer: FhirAnswer;
  readonly touched: readonly Touched[];
  readonly version?: number;
}

export function createFhirService({ door, vault, clock, newId, ...rules }: FhirOptions): FhirService {
  const tools: BatchTools = { vault, storage: createRecordStorage({ vault, clock, rules }), newId };

  return {
    async interact(caller, call, within) {
      const isBundle = isTransaction(call);
      if (isBundle && call.method !== "POST") throw new WardError("unsupported", { reason: "interaction" });
      const entries = isBundle ? parseTransaction(call.body) : [{ index: 0, interaction: parseCall(call) }];
      return await door.session(
        caller,
        async (acts) => {
          const outcomes = await performAll(tools, acts, entries, isBundle);
          return isBundle ? transactionResponse(outcomes) : (outcomes[0] as Outcome).answer;
        },
        within,
      );
    },
  };
}

/**
 * Opens every entry's act inside the one before, then works on all of them at once. A failure passes through the
 * writes' acts on its way out, after which the door lets nothing of the transaction commit.
 */
async function performAll(
  tools: BatchTools,
  acts: Acts,
  entries: readonly Entry[],
  isBundle: boolean,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  const readers: RecordReader[] = [];
  let writer: RecordWriter | undefined;

  const perform = async (): Promise<void> => {
    const writes = entries.filter(isWrite);
    const reads = entries.filter((entry) => !isWrite(entry));
    const results = writes.length > 0 && writer ? await writeBatch(tools, writer, writes, isBundle) : [];
    for (const result of results) outcomes[result.index] = writeOutcome(result);
    for (const { index, interaction } of reads) {
      const reader = readers[index] as RecordReader;
      outcomes[index] = await read(tools, reader, interaction as ReadInteraction);
    }
  };

  const groups = groupActs(entries);
  const open = async (position: number): Promise<void> => {
    const group = groups[position];
    if (!group) return await perform();
    const touched = (): readonly Touched[] => group.flatMap(({ index }) => (outcomes[index] as Outcome).touched);
    const [{ interaction }] = group;
    if (isWrite(group[0])) {
      await acts.write(actOf(interaction), async (lent) => {
        writer ??= lent;
        await open(position + 1);
        return { value: undefined, touched: touched() };
      });
    } else {
      await acts.read(actOf(interaction), async (reader) => {
        for (const { index } of group) readers[index] = reader;
        await open(position + 1);
        return { value: undefined, touched: touched() };
      });
    }
  };

  await open(0);
  return outcomes;
}

/**
 * Entries that ask the door the very same question share its answer: creates of one type. Each still leaves a ledger
 * entry of its own, written in one round trip instead of one each.
 */
function groupActs(entries: readonly Entry[]): readonly (readonly [Entry, ...Entry[]])[] {
  const groups: [Entry, ...Entry[]][] = [];
  const creates = new Map<string, [Entry, ...Entry[]]>();
  for (const entry of entries) {
    const { kind, type } = entry.interaction;
    const group = kind === "create" ? creates.get(type) : undefined;
    if (group) {
      group.push(entry);
      continue;
    }
    groups.push([entry]);
    if (kind === "create") creates.set(type, groups.at(-1) as [Entry, ...Entry[]]);
  }
  return groups;
}

async function read(
  { storage, vault }: BatchTools,
  { sql }: RecordReader,
  interaction: ReadInteraction,
): Promise<Outcome> {
  if (interaction.kind === "search") {
    const { criteria } = interaction;
    const records = await findMatches(storage, vault, sql, criteria);
    const body = searchset(records, criteria.count);
    return { answer: { status: 200, body }, touched: records.slice(0, criteria.count).map(({ touched }) => touched) };
  }
  const { type, id } = interaction;
  const row = await storage.findRecord(sql, type, id);
  if (!row) throw new WardError("not-found", { type });
  if (row.deleted) throw new WardError("gone", { type });
  const [record] = await storage.open(sql, [row]);
  if (!record) throw new WardError("internal", { reason: "record-not-opened" });
  return { answer: { status: 200, body: record.resource }, touched: [record.touched], version: record.version };
}

/** A conditional create's match is not answered: its content was not sent by the caller, and reading it is another act. */
function writeOutcome({ outcome, type, id, version, resource, touched }: BatchResult): Outcome {
  const location = `${type}/${id}/_history/${version}`;
  const common = { touched: [touched], version };
  if (outcome === "matched") return { answer: { status: 200, location }, ...common };
  return { answer: { status: outcome === "created" ? 201 : 200, body: resource, location }, ...common };
}

const STATUS_TEXT: Readonly<Record<number, string>> = { 200: "200 OK", 201: "201 Created" };

function transactionResponse(outcomes: readonly Outcome[]): FhirAnswer {
  const entry = outcomes.map(({ answer, version }) => {
    const resource = answer.body as JsonObject | undefined;
    const response: JsonObject = { status: STATUS_TEXT[answer.status] ?? `${answer.status}` };
    if (answer.location !== undefined) response["location"] = answer.location;
    if (version !== undefined) {
      response["etag"] = `W/"${version}"`;
      if (resource) response["lastModified"] = (resource["meta"] as JsonObject)["lastUpdated"] as string;
    }
    return answer.location === undefined && resource ? { resource, response } : { response };
  });
  return { status: 200, body: { resourceType: "Bundle", type: "transaction-response", entry } };
}

function actOf(interaction: Interaction): Act {
  const { kind, type } = interaction;
  const act = { action: `fhir.${kind}`, resourceType: type } as const;
  return kind === "read" || kind === "update" ? { ...act, resourceId: interaction.id } : act;
}

function isWrite(entry: Entry): entry is WriteEntry {
  return entry.interaction.kind === "create" || entry.interaction.kind === "update";
}
