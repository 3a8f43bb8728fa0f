/** Ledger entries for what the node or its operator does by itself, where no caller came through the door. */
import { createHash } from "node:crypto";
import { newTraceId, systemClock, type AuditEntry } from "@ward/core";

type PlatformPrincipal = "service:operator" | "service:platform" | "service:public";

/** Allowed and done now, in a trace of its own; what differs is said behind it. */
export function platformEntry(
  principal: PlatformPrincipal,
  resourceType: string,
): Omit<AuditEntry, "action" | "item"> & { readonly trace: string } {
  return {
    time: systemClock.now().toISOString(),
    principal,
    resource: { type: resourceType },
    purpose: "HOPERAT",
    decision: "allow",
    policies: [],
    outcome: "success",
    trace: newTraceId(),
  };
}

/** SHA-256 as an entry's `digest` has it. */
export function digestOf(content: string | Uint8Array): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}
