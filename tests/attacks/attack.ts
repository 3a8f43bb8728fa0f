/**
 * What an attack is: something that somebody really does to a whole node, the point where it must be stopped, and the
 * entries that it must leave. `attacks.test.ts` runs every `*.attack.ts` of this folder against one node.
 */
import assert from "node:assert/strict";
import type { AuditEntry } from "@ward/core";
import type { AttackedNode } from "./attacked-node.ts";

export interface Attack {
  /** A sentence: who does what. */
  readonly name: string;
  /** Where it must be stopped, in the words of docs/reference/threat-model.md. */
  readonly stoppedAt: string;
  /** Does it, and asserts that it got nothing. What it prepares with `ward.prepare` leaves entries of its own. */
  run(ward: AttackedNode): Promise<void>;
  /** Exactly the entries that the attack must leave, in any order. */
  readonly leaves: readonly ExpectedEntry[];
}

export type ExpectedEntry = Pick<AuditEntry, "principal" | "action" | "decision" | "outcome" | "reason" | "host"> & {
  readonly times?: number;
};

/** An act that was refused and recorded. */
export function denied(
  principal: string,
  action: AuditEntry["action"],
  reason: NonNullable<AuditEntry["reason"]>,
  more: Pick<ExpectedEntry, "host" | "times"> = {},
): ExpectedEntry {
  return { principal, action, decision: "deny", outcome: "refused", reason, ...more };
}

/** An act that was allowed, and done. */
export function allowed(principal: string, action: AuditEntry["action"], times = 1): ExpectedEntry {
  return { principal, action, decision: "allow", outcome: "success", times };
}

/** An act that was allowed, and failed. */
export function failed(
  principal: string,
  action: AuditEntry["action"],
  reason: NonNullable<AuditEntry["reason"]>,
): ExpectedEntry {
  return { principal, action, decision: "allow", outcome: "failure", reason };
}

/** Asserts that a hostile function got nothing: every one of its tries was refused, with these codes where given. */
export function assertAllRefused(body: unknown, codes?: Readonly<Record<string, string>>): void {
  const outcomes = Object.entries(body as Readonly<Record<string, string>>);
  assert.ok(outcomes.length > 0, "something was tried");
  for (const [what, outcome] of outcomes) assert.match(outcome, /^refused: /, what);
  if (codes !== undefined)
    assert.deepEqual(
      body,
      mapValues(codes, (code) => `refused: ${code}`),
    );
}

function mapValues(
  values: Readonly<Record<string, string>>,
  change: (value: string) => string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
}
