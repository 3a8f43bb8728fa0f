/** A failure of one entry, told by the entry's place in the Bundle. */
import { WardError } from "@ward/core";
import { invalid } from "../../validate.ts";

/** Runs `work`; what it throws names the entry. `index` undefined: the call is no Bundle. */
export function atEntry<T>(index: number | undefined, work: () => T): T {
  if (index === undefined) return work();
  try {
    return work();
  } catch (thrown) {
    throw thrown instanceof WardError ? ofEntry(thrown, index) : thrown;
  }
}

/** Storage names the place in its list; a caller knows the place in its Bundle. */
export async function placing<T>(
  entries: readonly { readonly index: number }[],
  isBundle: boolean,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    const place = thrown instanceof WardError ? thrown.detail["entry"] : undefined;
    if (!(thrown instanceof WardError) || typeof place !== "number") throw thrown;
    const index = entries[place]?.index;
    const { entry: _, ...detail } = thrown.detail;
    const error = new WardError(thrown.code, detail);
    throw isBundle && index !== undefined ? ofEntry(error, index) : error;
  }
}

function ofEntry(error: WardError, index: number): WardError {
  const { issues } = error.detail;
  if (!Array.isArray(issues)) return new WardError(error.code, { ...error.detail, entry: index });
  const place = `Bundle.entry[${index}].resource`;
  return invalid((issues as readonly string[]).map((issue) => placed(issue, place)));
}

/** `Patient.birthDate: format` begins with the resource's type; what names the Bundle already stays. */
function placed(issue: string, place: string): string {
  if (issue.startsWith("Bundle.entry[")) return issue;
  const type = /^[A-Z][A-Za-z]*(?=[.:[])/.exec(issue)?.[0];
  return type === undefined ? `${place}.${issue}` : place + issue.slice(type.length);
}
