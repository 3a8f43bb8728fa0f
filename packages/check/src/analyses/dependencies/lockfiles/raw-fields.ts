/** Short ways into a raw tree, for formats whose every field may be missing or of another type. */
import { rawEntry, rawText, type RawEntry, type RawNode } from "../../../source/raw-node.ts";

export function entriesAt(node: RawNode | undefined, key: string): readonly RawEntry[] {
  return entriesOf(rawEntry(node, key)?.node);
}

export function entriesOf(node: RawNode | undefined): readonly RawEntry[] {
  return node?.kind === "map" ? node.entries : [];
}

export function textAt(node: RawNode | undefined, key: string): string | undefined {
  return rawText(rawEntry(node, key)?.node);
}

export function isTrue(node: RawNode | undefined, key: string): boolean {
  const found = rawEntry(node, key)?.node;
  return found?.kind === "scalar" && found.value === true;
}

/** Only the fields that are there, as optional properties want them. */
export function present<Fields extends object>(
  fields: Fields,
): { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Fields]?: Exclude<Fields[Name], undefined>;
  };
}
