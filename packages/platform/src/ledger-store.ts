/** Where a node publishes its ledger and who witnesses it, from settings as an operator writes them. */
import { join } from "node:path";
import { systemClock, WardError } from "@ward/core";
import {
  type LedgerStore,
  openDirectoryStore,
  openS3Store,
  parseCosignatureVerifierKey,
  type WitnessAddress,
} from "@ward/ledger";

export interface LedgerStoreSettings {
  /** A folder, or the URL of a bucket with Object Lock (and a folder in it). */
  readonly place: string;
  /** For a bucket. */
  readonly s3?: {
    readonly region: string;
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
}

/** `ledger/` in the state folder where nothing else was said. */
export async function openLedgerStore(root: string, settings?: LedgerStoreSettings): Promise<LedgerStore> {
  const place = settings?.place ?? join(root, "ledger");
  if (!/^https?:\/\//.test(place)) return await openFolder(place);
  if (settings?.s3 === undefined) throw new WardError("startup-failed", { reason: "ledger-store-without-credentials" });
  return openS3Store({ url: place, clock: systemClock, ...settings.s3 });
}

async function openFolder(path: string): Promise<LedgerStore> {
  try {
    return await openDirectoryStore(path);
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code ?? "unknown";
    throw new WardError("startup-failed", { reason: "folder-not-writable", path, code });
  }
}

/** Each as `verifier-key URL`. */
export function readWitnesses(lines: readonly string[]): readonly WitnessAddress[] {
  return lines.map((line) => {
    const [told = "", url = ""] = line.trim().split(/\s+/);
    const key = parseCosignatureVerifierKey(told);
    if (!key || !URL.canParse(url)) throw new WardError("startup-failed", { reason: "witness-malformed" });
    return { ...key, url };
  });
}
