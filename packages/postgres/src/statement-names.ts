/**
 * A statement seen a few times gets a stable name, so that each connection parses and plans it once. Bounded, because
 * every name lives on every connection until it closes: texts that are built for one occasion stay unnamed.
 */
import { createHash } from "node:crypto";

/** Undefined for a text that stays unnamed. */
export type StatementNames = (text: string) => string | undefined;

const NAMED_AFTER = 3;
const NAMES_MAX = 400;

export function statementNames(): StatementNames {
  const names = new Map<string, string>();
  let counts = new Map<string, number>();
  return (text) => {
    const name = names.get(text);
    if (name !== undefined || names.size >= NAMES_MAX) return name;
    const count = (counts.get(text) ?? 0) + 1;
    if (counts.size > NAMES_MAX) counts = new Map();
    counts.set(text, count);
    if (count < NAMED_AFTER) return undefined;
    counts.delete(text);
    const made = `ward_${createHash("sha256").update(text).digest("hex").slice(0, 24)}`;
    names.set(text, made);
    return made;
  };
}
