/** `who-touched`, told in lines: each principal with what it did to the patient's records, for whom, why, when. */
import type { AuditEntry } from "@ward/core";
import { isAbout } from "./question.ts";

export interface Touch {
  readonly principal: string;
  /** The one it acted for, and those behind it, the nearest first. */
  readonly onBehalfOf: readonly string[];
  readonly actions: readonly string[];
  /** Resource types, or hosts where something left. */
  readonly what: readonly string[];
  readonly purposes: readonly string[];
  readonly entries: number;
  readonly refused: number;
  readonly first: string;
  readonly last: string;
}

export function summarizeTouches(
  subject: string,
  entries: readonly { readonly entry: AuditEntry }[],
): readonly Touch[] {
  const groups = new Map<string, AuditEntry[]>();
  for (const { entry } of entries) {
    if (!isAbout(subject, entry)) continue;
    const key = JSON.stringify([entry.principal, behalfOf(entry)]);
    const group = groups.get(key);
    if (group) group.push(entry);
    else groups.set(key, [entry]);
  }
  return [...groups.values()].map(summarize);
}

function summarize(entries: readonly AuditEntry[]): Touch {
  const [one] = entries;
  const times = entries.map(({ time }) => time).sort();
  return {
    principal: one?.principal ?? "",
    onBehalfOf: one === undefined ? [] : behalfOf(one),
    actions: distinct(entries.map(({ action }) => action)),
    what: distinct(entries.flatMap(({ host, resource }) => host ?? resource?.type ?? [])),
    purposes: distinct(entries.map(({ purpose }) => purpose)),
    entries: entries.length,
    refused: entries.filter(({ decision }) => decision === "deny").length,
    first: times[0] ?? "",
    last: times.at(-1) ?? "",
  };
}

function behalfOf({ onBehalfOf, chain = [] }: AuditEntry): readonly string[] {
  return onBehalfOf === undefined ? [] : [onBehalfOf, ...chain];
}

function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort();
}
