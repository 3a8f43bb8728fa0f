/** The residency list of a ward.config.ts, taken from its text: what is checked is never run. */

/** Undefined where there is no list of literals. */
export function writtenResidency(config: string | undefined): readonly string[] | undefined {
  const [, items] = /^\s*residency\s*:\s*\[([^\]]*)\]/m.exec(config ?? "") ?? [];
  if (items === undefined) return undefined;
  const entries = [...items.matchAll(/["']([A-Za-z0-9-]+)["']/g)].map(([, entry = ""]) => entry);
  return entries.length === 0 ? undefined : entries;
}
