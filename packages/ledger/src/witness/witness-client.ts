/**
 * Asks witnesses for cosignatures (C2SP tlog-witness). What one answers is verified and stored before it is used, so that
 * a checkpoint is cosigned once by each. A witness that is away holds up nothing: the checkpoint is published without its
 * word, and the next one asks again from where the witness is.
 */
import type { Database } from "@ward/core";
import type { Checkpoint, NoteKey } from "../note.ts";
import { checkpointText } from "../note.ts";
import { SubtreeCache } from "../stored-subtrees.ts";
import { proveConsistencyFrom } from "../tree.ts";
import { formatAddCheckpoint, SIZE_TYPE } from "./add-checkpoint.ts";
import { openCosignature } from "./cosignature.ts";

export interface WitnessAddress extends NoteKey {
  /** Submission prefix. */
  readonly url: string;
}

export type CosignOutcome =
  | { readonly kind: "cosigned"; readonly line: string }
  /** The witness has seen this size; `from` was another. */
  | { readonly kind: "conflict"; readonly size: number }
  | { readonly kind: "refused"; readonly status: number };

export interface CosignerOptions {
  readonly database: Database;
  readonly witnesses: readonly WitnessAddress[];
  readonly timeoutMs?: number;
  /** A witness that is away, refuses, or has seen another history. */
  readonly onFailure?: (witness: string, why: string) => void;
}

const TIMEOUT_MS = 2_000;
const ANSWER_BYTES_MAX = 16_384;

/** For `startPublisher`: the cosignature lines that there are for a checkpoint. */
export function cosignWith(options: CosignerOptions): (checkpoint: Checkpoint, note: string) => Promise<string[]> {
  return async (checkpoint, note) => {
    const lines = await Promise.all(
      options.witnesses.map(async (witness) => {
        try {
          return await askWitness(options, witness, checkpoint, note);
        } catch {
          options.onFailure?.(witness.name, "no-answer");
          return undefined;
        }
      }),
    );
    return lines.filter((line) => line !== undefined);
  };
}

/** One request. */
export async function addCheckpoint(
  witness: WitnessAddress,
  request: { readonly from: number; readonly hashes: readonly Uint8Array[]; readonly note: string },
  text: string,
  timeoutMs: number = TIMEOUT_MS,
): Promise<CosignOutcome> {
  const response = await fetch(`${witness.url.replace(/\/*$/, "")}/add-checkpoint`, {
    method: "POST",
    body: formatAddCheckpoint(request),
    redirect: "error",
    signal: AbortSignal.timeout(timeoutMs),
  });
  const body = await readText(response);
  if (response.status === 409 && response.headers.get("content-type") === SIZE_TYPE) {
    const size = /^(0|[1-9]\d{0,15})\n$/.exec(body)?.[1];
    if (size !== undefined) return { kind: "conflict", size: Number(size) };
  }
  if (response.status !== 200) return { kind: "refused", status: response.status };
  const line = body.split("\n").find((candidate) => openCosignature(candidate, text, witness));
  return line === undefined ? { kind: "refused", status: 200 } : { kind: "cosigned", line };
}

async function askWitness(
  { database, timeoutMs, onFailure }: CosignerOptions,
  witness: WitnessAddress,
  checkpoint: Checkpoint,
  note: string,
): Promise<string | undefined> {
  const [known] = await database.query<{ line: string | null; last: bigint | null }>(
    `select (select line from ledger.cosignature where witness = $1 and size = $2) as line,
            (select max(size) from ledger.cosignature where witness = $1 and size <= $2) as last`,
    [witness.name, checkpoint.size],
  );
  if (known?.line) return known.line;
  const text = checkpointText(checkpoint);
  const ask = async (from: number): Promise<CosignOutcome> => {
    const proof = await new SubtreeCache().lend(
      database,
      async (source) => await proveConsistencyFrom(source, from, checkpoint.size),
    );
    return await addCheckpoint(witness, { from, hashes: proof.hashes, note }, text, timeoutMs);
  };
  let outcome = await ask(Number(known?.last ?? 0));
  // It cosigned more than is stored here, as where this node was killed after asking; or it lost what it had seen.
  if (outcome.kind === "conflict" && outcome.size <= checkpoint.size) outcome = await ask(outcome.size);
  if (outcome.kind !== "cosigned") {
    const why = outcome.kind === "conflict" ? "another-history" : `refused-${outcome.status}`;
    onFailure?.(witness.name, why);
    return undefined;
  }
  await database.query(
    "insert into ledger.cosignature (size, witness, line) values ($1, $2, $3) on conflict (size, witness) do nothing",
    [checkpoint.size, witness.name, outcome.line],
  );
  return outcome.line;
}

async function readText(response: Response): Promise<string> {
  let text = "";
  for await (const part of response.body ?? []) {
    text += Buffer.from(part).toString("utf8");
    if (text.length > ANSWER_BYTES_MAX) throw new Error("a witness's answer is a few lines");
  }
  return text;
}
