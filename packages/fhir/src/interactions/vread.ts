/**
 * vread (FHIR R4 http §3.1.0.3). An earlier version is seen by who may see both it and the current one: a label that was
 * put on a record covers its past.
 */
import { WardError } from "@ward/core";
import type { RecordReader } from "@ward/access";
import type { RecordStorage } from "../storage/contract.ts";
import type { VreadInteraction } from "./interaction.ts";
import { isHeld } from "./preconditions.ts";
import { disclose, notModified, seen, seenBytes, type Disclosed } from "./read.ts";

export async function vread(
  storage: RecordStorage,
  reader: RecordReader,
  { type, id, version, unless, form }: VreadInteraction,
): Promise<Disclosed> {
  const current = await storage.findRecord(reader.sql, type, id);
  if (!current) throw new WardError("not-found", { type });
  if (current.version !== version) {
    const newest = await storage.openBytes(reader.sql, current);
    if (!reader.maySee(seen(newest))) throw new WardError("not-found", { type });
  }
  const row = current.version === version ? current : await storage.findVersion(reader.sql, type, id, version);
  const record = seenBytes(reader, type, row && (await storage.openBytes(reader.sql, row)));
  return isHeld(unless, record.version, record.lastUpdated) ? notModified(record) : disclose(record, form);
}
