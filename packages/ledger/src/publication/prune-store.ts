/** Takes from a store what lies wholly below the minimum index (C2SP tlog-tiles, "Pruning"), and checkpoints of that time. */
import { HISTORY_FOLDER, placeOfTilePath, sizeOfHistoryPath } from "./layout.ts";
import type { LedgerStore } from "./ledger-store.ts";
import { TILE_WIDTH } from "../tile.ts";

export async function pruneStore(store: LedgerStore, minimum: number): Promise<void> {
  for await (const { path } of store.list("tile/")) {
    const place = placeOfTilePath(path);
    if (place && (place.index + 1) * TILE_WIDTH ** (place.level + 1) <= minimum) await store.removePruned(path);
  }
  for await (const { path } of store.list(HISTORY_FOLDER)) {
    const size = sizeOfHistoryPath(path);
    if (size !== undefined && size >= minimum) return;
    await store.removePruned(path);
  }
}
