/** The body of `add-checkpoint` (C2SP tlog-witness): old size, consistency proof, an empty line, the checkpoint. */

export interface AddCheckpoint {
  readonly from: number;
  readonly hashes: readonly Uint8Array[];
  readonly note: string;
}

export const ADD_CHECKPOINT_BYTES_MAX = 131_072;
export const SIZE_TYPE = "text/x.tlog.size";

const PROOF_LINES_MAX = 63;

export function formatAddCheckpoint({ from, hashes, note }: AddCheckpoint): string {
  const lines = hashes.map((hash) => `${Buffer.from(hash).toString("base64")}\n`);
  return `old ${from}\n${lines.join("")}\n${note}`;
}

export function parseAddCheckpoint(body: string): AddCheckpoint | undefined {
  const blank = body.indexOf("\n\n");
  if (blank < 0 || body.length > ADD_CHECKPOINT_BYTES_MAX) return undefined;
  const [first = "", ...lines] = body.slice(0, blank).split("\n");
  const size = /^old (0|[1-9]\d{0,15})$/.exec(first)?.[1];
  if (size === undefined || !Number.isSafeInteger(Number(size)) || lines.length > PROOF_LINES_MAX) return undefined;
  if (!lines.every((line) => /^[A-Za-z0-9+/]{43}=$/.test(line))) return undefined;
  return { from: Number(size), hashes: lines.map((line) => Buffer.from(line, "base64")), note: body.slice(blank + 2) };
}
