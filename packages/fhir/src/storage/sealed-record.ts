/**
 * A record between memory and its row. The ciphertext is bound to type, id and version, and to the compartment's key:
 * a body moved to another row, or a row moved to another patient, does not open (FIPS 140-3 AES-GCM, AAD). Nothing is
 * compressed before sealing: the length would then tell of the content.
 */
import { WardError, type Sql } from "@ward/core";
import type { CompartmentId, SealContext, Vault } from "@ward/vault";
import { checkSize } from "../interactions/call.ts";
import { compartmentId } from "./compartment.ts";
import { isObject, type JsonObject } from "../json.ts";
import type { RecordRow } from "./record-storage.ts";

export interface OpenRecord {
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly subjectId: string | undefined;
  readonly resource: JsonObject;
}

export async function openRecord(vault: Vault, sql: Sql, row: RecordRow): Promise<OpenRecord> {
  const { type, id, version } = row;
  const subjectId = row.subject_id ?? undefined;
  const bytes = await vault.open(sql, compartmentId(type, subjectId), contextOf(type, id, version), row.body);
  const resource: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  if (!isObject(resource)) throw new WardError("decryption-failed", { type });
  return { type, id, version, subjectId, resource };
}

export async function sealResource(
  vault: Vault,
  sql: Sql,
  compartment: CompartmentId,
  version: number,
  resource: JsonObject,
): Promise<Uint8Array> {
  const type = resource["resourceType"] as string;
  const bytes = Buffer.from(JSON.stringify(resource));
  checkSize(type, bytes.byteLength);
  return await vault.seal(sql, compartment, contextOf(type, resource["id"] as string, version), bytes);
}

/** Element names that a resource discloses: the top level, without `resourceType`. */
export function fieldsOf(resource: JsonObject): string[] {
  return Object.keys(resource).filter((key) => key !== "resourceType");
}

/**
 * Lends `sql` to the vault for one batch and answers each repeated query once: a batch of one patient's records asks
 * for the same key each time. One query at a time, since a connection runs no more. MUST NOT outlive the batch, nor be
 * used for anything but reads of keys.
 */
export function keyReadsOnce(sql: Sql): Sql {
  const answers = new Map<string, Promise<readonly unknown[]>>();
  let last: Promise<unknown> = Promise.resolve();
  return {
    async query<Row>(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
      const key = JSON.stringify([text, values]);
      let answer = answers.get(key);
      if (!answer) {
        answer = last.then(() => sql.query(text, values));
        last = answer.catch(() => undefined);
        answers.set(key, answer);
      }
      return (await answer) as readonly Row[];
    },
  };
}

function contextOf(type: string, id: string, version: number): SealContext {
  return { use: "fhir", type, id, version };
}
