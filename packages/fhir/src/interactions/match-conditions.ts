/** What the conditions of a call's writes meet, and what of it is disclosed. */
import { assert } from "@ward/core";
import type { ConditionMatch, OpenRecord } from "../storage/contract.ts";
import type { Search } from "../search/contract.ts";
import { atEntry, placing } from "./bundle/entry-error.ts";
import { conditionFor } from "./condition.ts";
import type { EntryCall, EntryTools, WriteEntry } from "./entry.ts";
import type { OpenedActs } from "./open-entries.ts";

/** By entry: a record, or an earlier entry with the same criteria. */
export type Matches = ReadonlyMap<WriteEntry, OpenRecord | WriteEntry>;

/** Deletions come first (R4 http §3.1.0.11.2): what one of them takes away is not there for a create's condition. */
export async function matchConditions(
  tools: EntryTools,
  call: EntryCall,
  opened: OpenedActs,
  entries: readonly WriteEntry[],
): Promise<Matches> {
  const conditional = entries.filter((entry) => conditionOf(entry) !== undefined);
  if (conditional.length === 0) return new Map();
  const isDeletion = ({ interaction }: WriteEntry): boolean => interaction.kind === "delete";
  const deletions = await match(tools, call, opened, conditional.filter(isDeletion), new Set());
  const deleted = new Set<string>();
  for (const entry of entries.filter(isDeletion)) {
    const { type } = entry.interaction;
    const met = deletions.get(entry);
    const id = "target" in entry.interaction ? entry.interaction.target.id : undefined;
    if (id !== undefined) deleted.add(`${type}/${id}`);
    else if (met && "recordId" in met) deleted.add(`${type}/${met.id}`);
  }
  const others = conditional.filter((entry) => !isDeletion(entry));
  return new Map([...deletions, ...(await match(tools, call, opened, others, deleted))]);
}

async function match(
  tools: EntryTools,
  { isBundle }: EntryCall,
  opened: OpenedActs,
  conditional: readonly WriteEntry[],
  deleted: ReadonlySet<string>,
): Promise<Matches> {
  const matches = new Map<WriteEntry, OpenRecord | WriteEntry>();
  if (conditional.length === 0) return matches;
  const { writer } = opened;
  assert(writer, "a write's act was opened");
  const conditions = conditional.map((entry) => {
    const { interaction, index } = entry;
    const search = conditionOf(entry);
    assert(search, "only entries with a condition are asked");
    const { type } = interaction;
    const resource = "resource" in interaction ? interaction.resource : undefined;
    const inside = opened.reader(`search ${type}`);
    const isThere = ({ id }: OpenRecord): boolean => interaction.kind !== "create" || !deleted.has(`${type}/${id}`);
    return atEntry(isBundle ? index : undefined, () => conditionFor(tools, inside, search, resource, isThere));
  });
  const found = await placing(conditional, isBundle, () => tools.storage.matchConditions(writer, conditions));
  for (const [at, entry] of conditional.entries()) {
    const met: ConditionMatch = found[at];
    if (met === undefined) continue;
    matches.set(entry, typeof met === "number" ? (conditional[met] as WriteEntry) : met);
    if (typeof met !== "object") continue;
    const { type } = entry.interaction;
    opened.touch(`search ${type}`, [isShown(entry) ? met.touched : withoutFields(met)]);
  }
  return matches;
}

/**
 * Whether what a create's condition met is answered: the power to search, which a condition needs, is the power to see
 * it. Otherwise it is disclosed that it is there, and no element.
 */
export function isShown({ interaction: { kind, form } }: WriteEntry): boolean {
  return kind === "create" && form.returns === "representation";
}

export function conditionOf({ interaction }: WriteEntry): Search | undefined {
  return interaction.kind === "create" ? interaction.condition : interaction.target.condition;
}

export function withoutFields({ touched }: OpenRecord): OpenRecord["touched"] {
  const { fields: _, ...rest } = touched;
  return rest;
}
