/** A C2SP checkpoint's text (tlog-checkpoint): origin, tree size and root hash on its first three lines. */

export interface CheckpointFacts {
  readonly origin: string;
  readonly size: number;
  /** Base64. */
  readonly rootHash: string;
}

export function parseCheckpoint(text: string): CheckpointFacts {
  const [origin = "", size = "", rootHash = ""] = text.split("\n");
  return { origin, size: Number(size), rootHash };
}

/** Lines for people. */
export function describeCheckpoint(text: string): readonly string[] {
  const { origin, size, rootHash } = parseCheckpoint(text);
  return [`Checkpoint  ${origin}`, `  size      ${size}`, `  root hash ${rootHash}`];
}
