/** Entries of a record that is written, in which there is no PHI: who reads only those reads none. */
import type { CodeValue } from "../../code/contract.ts";
import type { TaintReader } from "./taint-reader.ts";

/** Undefined where the record's form is not known: then each part of it may hold PHI. */
export function cleanEntries(value: CodeValue | undefined, reader: TaintReader): ReadonlySet<string> | undefined {
  const record = recordIn(value, 0);
  if (!record) return undefined;
  const clean = [...record.entries].filter(([, entry]) => reader.taintOf(entry) === undefined);
  return new Set(clean.map(([name]) => name));
}

/** Through what writes a record as a text or in a table's form. */
function recordIn(value: CodeValue | undefined, depth: number): (CodeValue & { readonly kind: "object" }) | undefined {
  if (!value || depth > 4) return undefined;
  switch (value.kind) {
    case "object":
      return value.isCycle === true ? undefined : value;
    case "derived":
      return /^(?:JSON\.stringify|Buffer\.from)$/.test(value.how) && value.path.length === 0
        ? recordIn(value.from[0], depth + 1)
        : undefined;
    case "result":
      return value.call.name === "marshall" && value.path.length === 0
        ? recordIn(value.call.args[0], depth + 1)
        : undefined;
    default:
      return undefined;
  }
}
