/**
 * What an old repository already had when it adopted the check. A known failure is shown as known and does not fail the
 * run; anything beside those does. It holds no lines, which move, and no values.
 */
import type { Finding } from "../judge/finding.ts";

export interface Baseline {
  readonly known: ReadonlySet<string>;
}

const VERSION = 1;

export function writeBaseline(findings: readonly Finding[]): string {
  const known = findings.filter(({ kind, waiver }) => kind === "fail" && !waiver).map(fingerprintOf);
  return `${JSON.stringify({ version: VERSION, known: [...new Set(known)].toSorted() }, undefined, 2)}\n`;
}

/** Undefined where the text is no baseline. */
export function readBaseline(text: string): Baseline | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  const known = typeof parsed === "object" && parsed !== null && "known" in parsed ? parsed.known : undefined;
  if (!Array.isArray(known) || !known.every((one) => typeof one === "string")) return undefined;
  return { known: new Set(known) };
}

/** Rule, file and resource: what stays the same when lines move. */
export function fingerprintOf({ rule, resource }: Finding): string {
  return `${rule.id} ${resource.spot.source.file} ${resource.id}`;
}
