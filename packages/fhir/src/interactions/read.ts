/** read (FHIR R4 http §3.1.0.2), conditional read included (§3.1.0.1.6). */
import { assert, WardError, type FhirAnswer } from "@ward/core";
import type { RecordReader, Touched } from "@ward/access";
import type { OpenBytes, OpenRecord, RecordStorage } from "../storage/contract.ts";
import { readJson, type JsonObject } from "../json.ts";
import { isVerbatim, shownResource, type AnswerForm } from "./answer-form.ts";
import type { ReadInteraction } from "./interaction.ts";
import { etagOf, isHeld } from "./preconditions.ts";

export interface Disclosed {
  readonly answer: FhirAnswer;
  readonly touched: readonly Touched[];
}

export async function read(
  storage: RecordStorage,
  reader: RecordReader,
  { type, id, unless, form }: ReadInteraction,
): Promise<Disclosed> {
  const row = await storage.findRecord(reader.sql, type, id);
  const record = seenBytes(reader, type, row && (await storage.openBytes(reader.sql, row)));
  if (isHeld(unless, record.version, record.lastUpdated)) return notModified(record);
  return disclose(record, form);
}

/** The current version, opened. Throws `not-found` and `gone`. */
export async function readCurrent(
  storage: RecordStorage,
  reader: RecordReader,
  type: string,
  id: string,
): Promise<OpenRecord> {
  const row = await storage.findRecord(reader.sql, type, id);
  if (row?.deleted) seenBytes(reader, type, await storage.openBytes(reader.sql, row));
  const [record] = row ? await storage.open(reader.sql, [row]) : [];
  if (!record || !reader.maySee(seen(record))) throw new WardError("not-found", { type });
  return record;
}

/** A version's bytes, where the caller may see it; where not, it is as if it were not there. */
export function seenBytes(reader: RecordReader, type: string, record: OpenBytes | undefined): OpenBytes {
  if (!record || !reader.maySee(seen(record))) throw new WardError("not-found", { type });
  if (record.deleted) throw new WardError("gone", { type, version: record.version });
  return record;
}

export function disclose(record: OpenBytes, form: AnswerForm): Disclosed {
  const { version, lastUpdated, json, touched } = record;
  const etag = etagOf(version);
  const lastModified = lastUpdated.toISOString();
  if (isVerbatim(form)) return { answer: { status: 200, etag, lastModified, json }, touched: [touched] };
  const resource = readJson(json.toString("utf8"));
  assert(typeof resource === "object" && resource !== null, "a sealed version is an object");
  const body = shownResource(resource as JsonObject, form);
  return { answer: { status: 200, etag, lastModified, body }, touched: [touched] };
}

/** Discloses that the caller's copy is the current one, and no element. */
export function notModified({ version, lastUpdated, touched }: OpenBytes): Disclosed {
  const { fields: _, ...rest } = touched;
  return {
    answer: { status: 304, etag: etagOf(version), lastModified: lastUpdated.toISOString() },
    touched: [rest],
  };
}

export function seen({
  type,
  subjectId,
  labels,
}: Pick<OpenRecord, "type" | "subjectId" | "labels">): Parameters<RecordReader["maySee"]>[0] {
  return { type, labels, subjectId };
}
