/** A ledger on a real database for tests; a test sets what it is about. */
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import type { AuditEntry } from "@ward/core";
import type { CheckpointSigner } from "./contract.ts";

export const ORIGIN = "ward.example/ledger";

export function makeSigner(name = ORIGIN): CheckpointSigner {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const raw = publicKey.export({ format: "der", type: "spki" }).subarray(-32);
  return { name, publicKey: raw, sign: (message) => sign(null, message, privateKey) };
}

/** 22 characters of base64url, as the vault's pseudonyms. */
export function pseudonym(of: string): string {
  return createHash("sha256").update(of).digest("base64url").slice(0, 22);
}

export function makeEntry(number: number, changes: Partial<AuditEntry> = {}): AuditEntry {
  return {
    time: new Date(Date.UTC(2025, 0, 1) + number).toISOString(),
    principal: "function:lab-result",
    action: "fhir.create",
    resource: { type: "Observation", tag: pseudonym(`Observation/${number}`) },
    subject: pseudonym(`Patient/${number % 7}`),
    purpose: "TREAT",
    decision: "allow",
    policies: ["grant:lab-result:Observation.create"],
    outcome: "success",
    release: `sha256:${"ab".repeat(32)}`,
    trace: number.toString(16).padStart(32, "0"),
    ...changes,
  };
}

export function makeEntries(count: number, first = 0): readonly AuditEntry[] {
  return Array.from({ length: count }, (_, at) => makeEntry(first + at));
}
