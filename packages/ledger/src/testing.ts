/** What a bench needs to build a log by the million without the sequencer. */
export type { CheckpointSigner } from "./contract.ts";
export { canonicalEntry } from "./entry-shape.ts";
export { checkpointText, signNote } from "./note.ts";
export { GrowingTree, type Tile } from "./tile.ts";
export { hashLeaf } from "./tree.ts";
