/**
 * An approved, expiring exception: a failure that someone answers for until a day. Where one of reason, owner and expiry
 * is missing it is no waiver, and where it has expired the failure counts again.
 */

export interface Waiver {
  readonly rule: string;
  /** Resources that it holds for, by id or name; `*` stands for any characters. Absent: all of its file. */
  readonly resource?: string;
  /** The file that it holds for; absent: all. */
  readonly file?: string;
  readonly reason: string;
  /** Who answers for it. */
  readonly owner: string;
  /** The last day on which it holds, as 2026-12-31, in UTC. */
  readonly expires: string;
  /** Where it is written, as `compliance/waivers.yaml:4`. */
  readonly source: string;
}

export function isExpired(waiver: Waiver, now: Date): boolean {
  return now.toISOString().slice(0, 10) > waiver.expires;
}

/** What was written, as a waiver; or what it lacks, for people. */
export function makeWaiver(
  written: Readonly<Record<string, unknown>>,
  source: string,
  scope: Pick<Waiver, "resource" | "file"> = {},
): Waiver | string {
  const text = (name: string): string | undefined => {
    const value = written[name];
    if (value instanceof Date) return value.toISOString().slice(0, 10);
    return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
  };
  const [rule, reason, owner, expires] = [text("rule"), text("reason"), text("owner"), text("expires")];
  if (rule === undefined) return "a waiver names the rule that it waives";
  if (reason === undefined) return `the waiver of ${rule.slice(0, 80)} gives no reason`;
  if (owner === undefined) return `the waiver of ${rule.slice(0, 80)} names no owner`;
  if (expires === undefined || !isDay(expires)) {
    return `the waiver of ${rule.slice(0, 80)} says no day on which it expires, as 2027-01-31`;
  }
  const resource = scope.resource ?? text("resource");
  const file = scope.file ?? text("file");
  return {
    rule,
    reason,
    owner,
    expires,
    source,
    ...(resource === undefined ? {} : { resource }),
    ...(file === undefined ? {} : { file }),
  };
}

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`));
}
