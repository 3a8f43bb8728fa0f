/** What reads: one file each for how, this one for which. */
import { assert, type FhirAnswer } from "@ward/core";
import type { RecordReader } from "@ward/access";
import { runSearch } from "../query/run-search.ts";
import { actKey, type Entry, type EntryCall, type EntryTools } from "./entry.ts";
import { findHistoryRows, history, type HistoryPage } from "./history.ts";
import type { HistoryInteraction, LookInteraction, OperationInteraction, SearchInteraction } from "./interaction.ts";
import type { OpenedActs } from "./open-entries.ts";
import { read, type Disclosed } from "./read.ts";
import { vread } from "./vread.ts";

export async function look(tools: EntryTools, call: EntryCall, opened: OpenedActs, entry: Entry): Promise<FhirAnswer> {
  const interaction = entry.interaction as LookInteraction | OperationInteraction;
  const key = actKey(entry);
  switch (interaction.kind) {
    case "read":
      return disclosed(opened, key, await read(tools.storage, opened.reader(key), interaction));
    case "vread":
      return disclosed(opened, key, await vread(tools.storage, opened.reader(key), interaction));
    case "history": {
      const { bundle, touched } = await lookBack(tools, call, opened.reader(key), interaction);
      opened.touch(key, touched);
      return { status: 200, body: bundle };
    }
    case "search":
      return await search(tools, call, opened, key, interaction);
    case "operation": {
      const { operation, kind: _, ...rest } = interaction;
      return await operation.run({ ...rest, ...call, tools });
    }
  }
}

function disclosed(opened: OpenedActs, key: string, { answer, touched }: Disclosed): FhirAnswer {
  opened.touch(key, touched);
  return answer;
}

async function search(
  tools: EntryTools,
  { acts, caller, baseUrl, isBundle }: EntryCall,
  opened: OpenedActs,
  key: string,
  { type, compartment, path, search: asked, form }: SearchInteraction,
): Promise<FhirAnswer> {
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
  if (ofOneType) opened.touch(key, result.touched);
  const json = isBundle || form.isPretty ? undefined : result.toBytes();
  return json === undefined ? { status: 200, body: result.bundle } : { status: 200, json };
}

async function lookBack(
  tools: EntryTools,
  { acts, caller, baseUrl }: EntryCall,
  reader: RecordReader,
  interaction: HistoryInteraction,
): Promise<HistoryPage> {
  const { storage, vault, clock } = tools;
  const call = { storage, vault, caller, baseUrl, now: clock.now() };
  const rows = await findHistoryRows(call, reader.sql, interaction);
  if (interaction.type !== undefined)
    return await history(call, new Map([[interaction.type, reader]]), interaction, rows);
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
  return { ...page, touched: [] };
}
