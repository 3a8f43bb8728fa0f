/**
 * A witness (C2SP tlog-witness): it cosigns a log's checkpoint only where that extends the largest one it cosigned, so
 * that a log cannot show one history to some and another to others, and a rewritten one finds no cosignature.
 *
 * INVARIANT: requests are answered one after another; what was cosigned is remembered on the disk before the answer.
 */
import type { Clock } from "@ward/core";
import { type NoteKey, openNote } from "../note.ts";
import { isEqual, verifyConsistency } from "../tree.ts";
import { parseAddCheckpoint, SIZE_TYPE } from "./add-checkpoint.ts";
import { cosign, type CosignatureKey } from "./cosignature.ts";
import type { SeenTree, WitnessState } from "./witness-state.ts";

export interface WitnessOptions {
  readonly key: CosignatureKey;
  /** The logs that are known; a log's name is its origin. */
  readonly logs: readonly NoteKey[];
  readonly state: WitnessState;
  readonly clock: Clock;
}

export interface WitnessAnswer {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422;
  readonly type: string;
  readonly body: string;
}

export interface Witness {
  addCheckpoint(body: string): Promise<WitnessAnswer>;
}

export function createWitness(options: WitnessOptions): Witness {
  let last: Promise<unknown> = Promise.resolve();
  return {
    async addCheckpoint(body) {
      const answer = last.then(async () => await judge(options, body));
      last = answer.catch(() => undefined);
      return await answer;
    },
  };
}

async function judge({ key, logs, state, clock }: WitnessOptions, body: string): Promise<WitnessAnswer> {
  const request = parseAddCheckpoint(body);
  if (!request) return refuse(400, "malformed request");
  const origin = request.note.slice(0, request.note.indexOf("\n"));
  const log = logs.filter(({ name }) => name === origin);
  if (log.length === 0) return refuse(404, "unknown log");
  const text = log.map((known) => openNote(request.note, known)).find((opened) => opened !== undefined);
  if (text === undefined) return refuse(403, "not signed by the log's key");
  const tree = parseTree(text);
  if (!tree || request.from > tree.size) return refuse(400, "malformed checkpoint or size");
  const seen = state.get(origin) ?? { size: 0, root: "" };
  if (request.from !== seen.size) return conflict(seen);
  const root = Buffer.from(tree.root, "base64");
  if (seen.size === 0) {
    if (request.hashes.length > 0) return refuse(422, "a proof from an empty tree is empty");
  } else if (tree.size === seen.size) {
    if (!isEqual(root, Buffer.from(seen.root, "base64"))) return conflict(seen);
    if (request.hashes.length > 0) return refuse(422, "a proof from a tree to itself is empty");
  } else {
    const proof = { from: seen.size, to: tree.size, hashes: request.hashes };
    if (!verifyConsistency(proof, Buffer.from(seen.root, "base64"), root)) return refuse(422, "not consistent");
  }
  await state.set(origin, tree);
  return { status: 200, type: "text/plain; charset=utf-8", body: `${cosign(text, key, clock.now())}\n` };
}

/** Size and root; other logs may sign more lines after them. */
function parseTree(text: string): SeenTree | undefined {
  const [, size = "", root = ""] = text.split("\n");
  if (!/^(0|[1-9]\d{0,15})$/.test(size) || !/^[A-Za-z0-9+/]{43}=$/.test(root)) return undefined;
  return Number.isSafeInteger(Number(size)) ? { size: Number(size), root } : undefined;
}

function refuse(status: 400 | 403 | 404 | 422, why: string): WitnessAnswer {
  return { status, type: "text/plain; charset=utf-8", body: `${why}\n` };
}

function conflict({ size }: SeenTree): WitnessAnswer {
  return { status: 409, type: SIZE_TYPE, body: `${size}\n` };
}
