/** What reads: one file each for how, this one for which. What it touches is told of the entry's own act, where it has one. */
import { assert } from "@ward/core";
import type { RecordReader } from "@ward/access";
import { runSearch } from "../query/run-search.ts";
import { actKey, type Entry, type EntryCall, type EntryTools } from "./entry.ts";
import { findHistoryRows, history, type HistoryPage } from "./history.ts";
import type { HistoryInteraction, LookInteraction, OperationInteraction, SearchInteraction } from "./interaction.ts";
import type { OpenedActs } from "./open-entries.ts";
import { read, type Disclosed } from "./read.ts";
import { vread } from "./vread.ts";

export function look(tools: EntryTools, call: EntryCall, opened: OpenedActs, entry: Entry): Promise<Disclosed> {
  const interaction = entry.interaction as LookInteraction | OperationInteraction;
  const key = actKey(entry);
  switch (interaction.kind) {
    case "read":
      return read(tools.storage, opened.reader(key), interaction);
    case "vread":
      return vread(tools.storage, opened.reader(key), interaction);
    case "history":
      return lookBack(tools, call, opened.reader(key), interaction);
    case "search":
      return search(tools, call, opened, key, interaction);
    case "operation":
      return operate(tools, call, interaction);
  }
}

async function operate(tools: EntryTools, call: EntryCall, interaction: OperationInteraction): Promise<Disclosed> {
  const { operation, kind: _, ...rest } = interaction;
  return { answer: await operation.run({ ...rest, ...call, tools }), touched: [] };
}

async function search(
  tools: EntryTools,
  { acts, caller, baseUrl, isBundle }: EntryCall,
  opened: OpenedActs,
  key: string,
  { type, compartment, path, search: asked, form }: SearchInteraction,
): Promise<Disclosed> {
  const ofOneType = type !== undefined && compartment === undefined;
  const result = await runSearch(
    tools,
    {
      acts,
      caller,
      baseUrl,
      path,
      ...(ofOneType ? { reader: opened.reader(key) } : {}),
      ...(compartment === undefined ? {} : { compartment }),
      ...(type === undefined ? { leavesOutForbidden: true } : {}),
    },
    asked,
  );
  const json = isBundle || form.isPretty ? undefined : result.toBytes();
  const answer = json === undefined ? { status: 200, body: result.bundle } : { status: 200, json };
  return { answer, touched: ofOneType ? result.touched : [] };
}

async function lookBack(
  tools: EntryTools,
  { acts, caller, baseUrl }: EntryCall,
  reader: RecordReader,
  interaction: HistoryInteraction,
): Promise<Disclosed> {
  const { storage, vault, clock } = tools;
  const call = { storage, vault, caller, baseUrl, now: clock.now() };
  const rows = await findHistoryRows(call, reader.sql, interaction);
  if (interaction.type !== undefined) {
    const { bundle, touched } = await history(call, new Map([[interaction.type, reader]]), interaction, rows);
    return { answer: { status: 200, body: bundle }, touched };
  }
  const types = [...new Set(rows.rows.map(({ type }) => type))].sort();
  const readers = new Map<string, RecordReader>([["Resource", reader]]);
  let page: HistoryPage | undefined;
  const open = async (at: number): Promise<void> => {
    const type = types[at];
    if (type === undefined) page = await history(call, readers, interaction, rows);
    else {
      await acts.read({ action: "fhir.history", resourceType: type }, async (lent) => {
        readers.set(type, lent);
        await open(at + 1);
        return { value: undefined, touched: (page?.touched ?? []).filter((each) => each.type === type) };
      });
    }
  };
  await open(0);
  assert(page, "the innermost act made the page");
  return { answer: { status: 200, body: page.bundle }, touched: [] };
}
