/** What a bench needs to build a log by the million without the sequencer. */
import type { AuditEntry } from "@ward/core";
import { canonicalBody } from "./entry-shape.ts";

export type { CheckpointSigner } from "./contract.ts";
export { checkpointText, signNote } from "./note.ts";
export { GrowingTree, type Tile } from "./tile.ts";
export { hashLeaf } from "./tree.ts";

export function canonicalEntry(entry: AuditEntry): string {
  return canonicalBody(entry).toString("latin1");
}
