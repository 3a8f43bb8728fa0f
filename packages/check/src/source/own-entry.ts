/** A table's own entry. Keys come from templates, and `constructor` is as good a name for a resource as any. */
export function ownEntry<Entry>(table: Readonly<Record<string, Entry>>, key: string): Entry | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
