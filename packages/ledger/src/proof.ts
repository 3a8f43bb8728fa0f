/**
 * `.tlog-proof` (C2SP tlog-proof): one entry's proof with its checkpoint, in text that others' tools verify offline.
 */
import { type Checkpoint, type NoteKey, openCheckpoint } from "./note.ts";
import { hashLeaf, type InclusionProof, verifyInclusion } from "./tree.ts";

const HEADER = "c2sp.org/tlog-proof@v1";

export function formatProof(proof: InclusionProof, note: string): string {
  const hashes = proof.hashes.map((hash) => `${Buffer.from(hash).toString("base64")}\n`).join("");
  return `${HEADER}\nindex ${proof.index}\n${hashes}\n${note}`;
}

/** The checkpoint under which `body` is proven, or undefined where anything about the proof is wrong. */
export function verifyProof(
  text: string,
  body: Uint8Array,
  key: NoteKey,
  origin: string,
): (Checkpoint & { readonly index: number }) | undefined {
  const blank = text.indexOf("\n\n");
  if (blank < 0) return undefined;
  const [header, ...lines] = text.slice(0, blank).split("\n");
  if (header !== HEADER) return undefined;
  if (lines[0]?.startsWith("extra ")) lines.shift();
  const index = /^index (0|[1-9]\d{0,15})$/.exec(lines.shift() ?? "")?.[1];
  const checkpoint = openCheckpoint(text.slice(blank + 2), key, origin);
  if (index === undefined || !checkpoint || !lines.every((line) => /^[A-Za-z0-9+/]{43}=$/.test(line))) return undefined;
  const hashes = lines.map((line) => Buffer.from(line, "base64"));
  const proof = { index: Number(index), size: checkpoint.size, hashes };
  return verifyInclusion(proof, hashLeaf(body), checkpoint.root) ? { ...checkpoint, index: proof.index } : undefined;
}
