/** A Bundle's writes, or a single one: conditions, ids, references to each other, then one write of all. */
import { WardError } from "@ward/core";
import type { RecordWriter, Touched } from "@ward/access";
import type { Vault } from "@ward/vault";
import { atEntry, resolveReferences, type Entry } from "../interactions/bundle.ts";
import type { Interaction } from "../interactions/call.ts";
import { canonicalCriteria } from "../search/criteria.ts";
import type { JsonObject } from "../json.ts";
import { findMatches, tokenQuery } from "../query/run-search.ts";
import { identifierKeys } from "../search/search-values.ts";
import type { Condition, ConditionMatch, RecordStorage } from "./contract.ts";

export type WriteInteraction = Extract<Interaction, { kind: "create" | "update" }>;
export type WriteEntry = Entry & { readonly interaction: WriteInteraction };

export interface BatchResult {
  readonly index: number;
  /** `matched`: a conditional create found its resource. */
  readonly outcome: "created" | "updated" | "matched";
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly resource: JsonObject;
  readonly touched: Touched;
}

export interface BatchTools {
  readonly vault: Vault;
  readonly storage: RecordStorage;
  readonly newId: () => string;
}

export async function writeBatch(
  tools: BatchTools,
  writer: RecordWriter,
  entries: readonly WriteEntry[],
  isBundle: boolean,
): Promise<readonly BatchResult[]> {
  const conditional = entries.filter(({ interaction }) => interaction.kind === "create" && interaction.ifNoneExist);
  const matches = await match(tools, writer, conditional);
  const ids = assignIds(tools, entries, conditional, matches);
  const targets = new Map<string, string>();
  for (const [entry, id] of ids) if (entry.fullUrl) targets.set(entry.fullUrl, `${entry.interaction.type}/${id}`);
  const written = entries.filter((entry) => matches[conditional.indexOf(entry)] === undefined);
  const prepared = written.map((entry) =>
    atEntry(entry, isBundle, () => {
      const { interaction } = entry;
      const resource = resolveReferences(interaction.resource, targets);
      return tools.storage.prepareWrite({ ...interaction, id: ids.get(entry) as string, resource });
    }),
  );
  const results = await tools.storage.write(writer, prepared);
  const byEntry = new Map(written.map((entry, at) => [entry, results[at]]));
  return entries.map((entry) => {
    const found = matches[conditional.indexOf(entry)];
    if (typeof found === "object") return { ...found, index: entry.index, outcome: "matched" as const };
    const result = byEntry.get(found === undefined ? entry : (conditional[found] as WriteEntry));
    if (!result?.resource || !result.touched) throw new WardError("internal", { reason: "entry-without-result" });
    const outcome = found !== undefined ? "matched" : result.outcome === "created" ? "created" : "updated";
    return { ...result, resource: result.resource, touched: result.touched, index: entry.index, outcome };
  });
}

async function match(
  { vault, storage }: BatchTools,
  writer: RecordWriter,
  conditional: readonly WriteEntry[],
): Promise<readonly ConditionMatch[]> {
  const conditions = conditional.flatMap(({ interaction }): readonly Condition[] => {
    const criteria = interaction.kind === "create" ? interaction.ifNoneExist : undefined;
    if (!criteria) return [];
    const identifiers = identifierKeys(interaction.resource);
    const locks = identifiers.map((key) => vault.blindIndex(`${interaction.type}.identifier`, key));
    return [
      {
        canonical: canonicalCriteria(criteria),
        locks: [...tokenQuery(vault, criteria).allOf.flat(), ...locks],
        find: async (sql) => await findMatches(storage, vault, sql, criteria),
      },
    ];
  });
  return await storage.matchConditions(writer, conditions);
}

function assignIds(
  { newId }: BatchTools,
  entries: readonly WriteEntry[],
  conditional: readonly WriteEntry[],
  matches: readonly ConditionMatch[],
): ReadonlyMap<WriteEntry, string> {
  const ids = new Map<WriteEntry, string>();
  for (const entry of entries) {
    const found = matches[conditional.indexOf(entry)];
    if (typeof found === "object") ids.set(entry, found.id);
    else if (found !== undefined) ids.set(entry, ids.get(conditional[found] as WriteEntry) as string);
    else ids.set(entry, entry.interaction.kind === "update" ? entry.interaction.id : newId());
  }
  return ids;
}
