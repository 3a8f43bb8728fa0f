/**
 * What the conditions of a call's writes met, and the ids of all that is written. A condition that names another entry
 * of its transaction by `fullUrl` (`Observation?subject=urn:uuid:…`) is settled after it: `request.url` is a uri, in
 * which such names are replaced too (FHIR R4 http §3.1.0.11.2).
 */
import { assert, WardError } from "@ward/core";
import type { OpenRecord } from "../storage/contract.ts";
import type { Search } from "../search/contract.ts";
import { atEntry } from "./bundle/entry-error.ts";
import type { EntryCall, EntryTools, WriteEntry } from "./entry.ts";
import type { UpdateInteraction, WriteInteraction } from "./interaction.ts";
import { conditionOf, matchConditions, type Matches } from "./match-conditions.ts";
import type { OpenedActs } from "./open-entries.ts";
import { conditionOf as parseCondition } from "./parse-call.ts";

export interface Settled {
  /** With the conditions as they were asked. */
  readonly entries: readonly WriteEntry[];
  readonly matches: Matches;
  /** Logical ids. A conditional deletion that met nothing has none. */
  readonly ids: ReadonlyMap<WriteEntry, string>;
}

export async function settleConditions(
  tools: EntryTools,
  call: EntryCall,
  opened: OpenedActs,
  entries: readonly WriteEntry[],
): Promise<Settled> {
  const urns = call.isBundle ? entries.flatMap(({ fullUrl }) => (fullUrl?.startsWith("urn:") ? [fullUrl] : [])) : [];
  const namesOther = (entry: WriteEntry): boolean => {
    const { self } = conditionOf(entry) ?? { self: "" };
    return self.includes("urn:") && urns.some((urn) => urn !== entry.fullUrl && self.includes(urn));
  };
  const waiting = urns.length === 0 ? [] : entries.filter(namesOther);
  const first = waiting.length === 0 ? entries : entries.filter((entry) => !waiting.includes(entry));
  const matches = await matchConditions(tools, call, opened, first);
  const ids = assignIds(tools, first, matches);
  if (waiting.length === 0) return { entries, matches, ids };
  const places = new Map<string, string>();
  for (const entry of first) {
    const id = ids.get(entry);
    if (entry.fullUrl !== undefined && id !== undefined) places.set(entry.fullUrl, `${entry.interaction.type}/${id}`);
  }
  // One name may begin another.
  const longestFirst = [...places].sort(([one], [other]) => other.length - one.length);
  const context = { baseUrl: call.baseUrl, now: tools.clock.now(), isEntry: true };
  const replaced = new Map<WriteEntry, WriteEntry>();
  for (const entry of waiting) {
    const condition = conditionOf(entry);
    assert(condition, "only entries with a condition wait");
    let query = condition.self;
    for (const [urn, place] of longestFirst) query = query.replaceAll(urn, place);
    const { type } = entry.interaction;
    const asked = atEntry(entry.index, () => parseCondition(type, query, context));
    replaced.set(entry, { ...entry, interaction: withCondition(entry.interaction, asked) });
  }
  const rest = [...replaced.values()];
  const more = await matchConditions(tools, call, opened, rest);
  return {
    entries: entries.map((entry) => replaced.get(entry) ?? entry),
    matches: new Map([...matches, ...more]),
    ids: new Map([...ids, ...assignIds(tools, rest, more)]),
  };
}

function withCondition(interaction: WriteInteraction, condition: Search): WriteInteraction {
  return interaction.kind === "create" ? { ...interaction, condition } : { ...interaction, target: { condition } };
}

function assignIds({ newId }: EntryTools, entries: readonly WriteEntry[], matches: Matches): Settled["ids"] {
  const ids = new Map<WriteEntry, string>();
  for (const entry of entries) {
    const { interaction } = entry;
    const match = matches.get(entry);
    if (match !== undefined) {
      checkIdSent(entry, match);
      const id = "interaction" in match ? ids.get(match) : match.id;
      assert(id !== undefined, "an earlier entry has its id");
      ids.set(entry, id);
    } else if (interaction.kind === "create") ids.set(entry, newId());
    else if (interaction.target.id !== undefined) ids.set(entry, interaction.target.id);
    else if (interaction.kind === "update") ids.set(entry, idSent(interaction) ?? newId());
    else if (interaction.kind === "patch")
      throw new WardError("not-found", { type: interaction.type, entry: entry.index });
  }
  return ids;
}

/** An update names the record that its condition met, or none (R4 http §3.1.0.4.3). */
function checkIdSent({ interaction, index }: WriteEntry, match: OpenRecord | WriteEntry): void {
  const sent = interaction.kind === "update" ? idSent(interaction) : undefined;
  if (sent === undefined || "interaction" in match || sent === match.id) return;
  throw new WardError("invalid-request", { type: interaction.type, reason: "id-mismatch", entry: index });
}

function idSent({ resource }: UpdateInteraction): string | undefined {
  return typeof resource["id"] === "string" ? resource["id"] : undefined;
}
