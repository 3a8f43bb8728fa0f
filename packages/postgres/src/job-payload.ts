/** What a job may carry. Jobs lie in the database in plain text, so nothing but identifiers and numbers is let in. */
import { assert } from "@ward/core";

export type JobValue = string | number | boolean | null | readonly string[];
/** Identifiers and numbers by name. Text that is not an identifier is refused, because it might be PHI. */
export type JobPayload = Readonly<Record<string, JobValue>>;

const IDENTIFIER = /^[A-Za-z0-9._:/+=@^|-]{0,300}$/;

export function checkPayload(payload: JobPayload): void {
  for (const [name, value] of Object.entries(payload)) {
    for (const text of Array.isArray(value) ? (value as readonly string[]) : [value]) {
      assert(typeof text !== "string" || IDENTIFIER.test(text), `a job's payload holds identifiers only: ${name}`);
      assert(text === null || typeof text !== "object", `a job's payload is flat: ${name}`);
    }
  }
}
