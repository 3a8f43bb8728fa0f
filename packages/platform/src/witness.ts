/** A witness for other machines' ledgers. It has nothing of a node: no database, no keys but its own. */
import { systemClock, WardError } from "@ward/core";
import { parseVerifierKey, startWitnessServer, type WitnessServer } from "@ward/ledger";

export interface WitnessSettings {
  readonly name: string;
  /** Verifier keys of the logs it knows. */
  readonly logKeys: readonly string[];
  readonly folder: string;
  readonly host: string;
  readonly port: number;
}

export async function startWitness({ logKeys, ...settings }: WitnessSettings): Promise<WitnessServer> {
  const logs = logKeys.map((text) => {
    const key = parseVerifierKey(text);
    if (!key) throw new WardError("startup-failed", { reason: "verifier-key-malformed" });
    return key;
  });
  return await startWitnessServer({ ...settings, logs, clock: systemClock });
}
