/**
 * What the conditional references (`Patient?identifier=…`) of a call's writes name. They are resolved last (FHIR R4 http
 * §3.1.0.11.2): what the same transaction deletes is not there, what it writes is, as it is written. R4 knows them in
 * transactions; in a write of its own one would be a literal reference to no record, and would hide whose record it is.
 */
import { WardError } from "@ward/core";
import { searchedOf, type Searched } from "../extraction/searched.ts";
import type { SearchValue } from "../extraction/search-value.ts";
import type { OpenRecord } from "../storage/contract.ts";
import { validate } from "../validate.ts";
import { atEntry } from "./bundle/entry-error.ts";
import { findMatches, judgeCondition } from "./condition.ts";
import { referencesOf, type EntryCall, type EntryTools, type WriteEntry } from "./entry.ts";
import { withoutFields } from "./match-conditions.ts";
import type { OpenedActs } from "./open-entries.ts";
import { conditionOf } from "./parse-call.ts";

/** `written`: those of `entries` that write or delete a record, by `Type/id`. Answers `Type/id` by reference. */
export async function resolveCriteria(
  tools: EntryTools,
  call: EntryCall,
  opened: OpenedActs,
  entries: readonly WriteEntry[],
  written: ReadonlyMap<string, WriteEntry>,
): Promise<ReadonlyMap<string, string>> {
  const byCriteria = new Map<string, string>();
  const drafts = draftsOf(written, call.isBundle);
  for (const entry of entries) {
    const { index } = entry;
    const place = call.isBundle ? { entry: index } : {};
    for (const reference of referencesOf(entry.interaction)) {
      if (byCriteria.has(reference)) continue;
      const at = reference.indexOf("?");
      const type = reference.slice(0, at);
      const context = { baseUrl: call.baseUrl, now: tools.clock.now(), isEntry: call.isBundle };
      const search = atEntry(call.isBundle ? index : undefined, () =>
        conditionOf(type, reference.slice(at + 1), context),
      );
      const isAsItWas = ({ id }: OpenRecord): boolean => {
        const writer = written.get(`${type}/${id}`);
        return writer === undefined || writer.interaction.kind === "patch";
      };
      const stored = await findMatches(tools, opened.reader(`search ${type}`), search, 2, isAsItWas);
      const judge = judgeCondition(search);
      const ids = [...stored, ...drafts(type).filter((draft) => judge(draft))].map(({ id }) => id);
      const [id, second] = ids;
      if (second !== undefined) throw new WardError("multiple-matches", { type, ...place });
      if (id === undefined) throw new WardError("no-match", { type, ...place });
      opened.touch(`search ${type}`, stored.map(withoutFields));
      byCriteria.set(reference, `${type}/${id}`);
    }
  }
  return byCriteria;
}

/** What is going to be written of a type; each is read once, and only where it is asked for. */
function draftsOf(written: ReadonlyMap<string, WriteEntry>, isBundle: boolean): (type: string) => readonly Searched[] {
  const byType = new Map<string, readonly Searched[]>();
  return (type) => {
    let drafts = byType.get(type);
    if (drafts === undefined) {
      drafts = [...written].flatMap(([name, { interaction, index }]) => {
        if (interaction.type !== type || !("resource" in interaction)) return [];
        const { resource } = interaction;
        // Only a valid resource can be asked for its values.
        atEntry(isBundle ? index : undefined, () => validate(resource));
        return [remembered(searchedOf({ ...resource, id: name.slice(type.length + 1) }))];
      });
      byType.set(type, drafts);
    }
    return drafts;
  };
}

function remembered(searched: Searched): Searched {
  const known = new Map<string, readonly SearchValue[]>();
  const valuesOf = (parameter: string): readonly SearchValue[] => {
    let values = known.get(parameter);
    if (values === undefined) known.set(parameter, (values = searched.valuesOf(parameter)));
    return values;
  };
  return { ...searched, valuesOf };
}
