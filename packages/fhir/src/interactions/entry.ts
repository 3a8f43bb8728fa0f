/** One interaction of a call: the only one, or a transaction's entry. */
import type { Act, Acts } from "@ward/access";
import type { Caller } from "@ward/core";
import type { SearchTools } from "../query/search-call.ts";
import { conditionalReferences } from "./bundle/resolve-references.ts";
import { isWrite, type Interaction, type WriteInteraction } from "./interaction.ts";
import { readAct, searchAct, type WantedAct } from "./open-entries.ts";

export interface Entry {
  /** Place in the request, and so in the response. */
  readonly index: number;
  readonly fullUrl?: string;
  readonly interaction: Interaction;
}

export type WriteEntry = Entry & { readonly interaction: WriteInteraction };

/** What entries are worked on with. */
export interface EntryTools extends SearchTools {
  /** Random UUIDs (v4: a v7 would tell when a record was made). */
  readonly newId: () => string;
}

export interface EntryCall {
  readonly acts: Acts;
  readonly caller: Caller;
  readonly baseUrl: string;
  /** The entries are a transaction's: they refer to each other. */
  readonly isBundle: boolean;
}

export function isWriteEntry(entry: Entry): entry is WriteEntry {
  return isWrite(entry.interaction);
}

/** The conditional references of what a write brings. */
export function referencesOf(interaction: WriteInteraction): Iterable<string> {
  if (!("resource" in interaction) || interaction.isLiteral === true) return [];
  return conditionalReferences(interaction.resource);
}

/** Under which key an entry's own act was opened. */
export function actKey({ index, interaction }: Entry): string {
  return isWrite(interaction) ? `${interaction.kind} ${interaction.type}` : `${index}`;
}

const ACTION_OF = {
  create: "fhir.create",
  update: "fhir.update",
  patch: "fhir.patch",
  delete: "fhir.delete",
} as const;

/** The acts an entry is authorized for before any entry is worked on. Others open theirs when they know of what type. */
export function actsOf(entry: Entry, { storage }: SearchTools, isBundle: boolean): readonly WantedAct[] {
  const { index, interaction } = entry;
  if (isWrite(interaction)) {
    const { kind, type } = interaction;
    const id = kind === "create" ? undefined : interaction.target.id;
    const isConditional = kind === "create" ? interaction.condition !== undefined : id === undefined;
    const action = ACTION_OF[kind];
    // Writes of one kind and type are one question to the door; each record still leaves a ledger entry of its own.
    const act: Act =
      isBundle || id === undefined
        ? { action, resourceType: type }
        : { action, resourceType: type, resourceId: storage.recordId(type, id) };
    const wanted: WantedAct[] = [{ key: actKey(entry), kind: "write", act }];
    if (isConditional) wanted.push(searchAct(type));
    for (const reference of referencesOf(interaction)) {
      wanted.push(searchAct(reference.slice(0, reference.indexOf("?"))));
    }
    return wanted;
  }
  switch (interaction.kind) {
    case "read":
    case "vread": {
      const { kind, type, id } = interaction;
      return [readAct(kind === "read" ? "fhir.read" : "fhir.vread", type, index, storage.recordId(type, id))];
    }
    case "history": {
      // The whole system's history asks for the power over every type, and then for that over each that it shows.
      const { type = "Resource", id } = interaction;
      const recordId = id === undefined ? undefined : storage.recordId(type, id);
      return [readAct("fhir.history", type, index, recordId)];
    }
    case "search": {
      const { type, compartment } = interaction;
      return type === undefined || compartment !== undefined ? [] : [readAct("fhir.search", type, index)];
    }
    case "operation":
      return [];
  }
}
