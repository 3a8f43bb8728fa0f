/**
 * Asks the ledger. An answer holds entries below one signed checkpoint; `prove` adds each one's inclusion proof, after
 * which the answer verifies without Ward, its database or its keys. That nothing was left out is not proven by it:
 * who doubts that reads the whole log (`verify`) and asks again.
 */
import { assert, type AuditEntry, type Clock, type Database, WardError } from "@ward/core";
import type { CheckpointSigner } from "../contract.ts";
import { openCheckpoint } from "../note.ts";
import { readLastNote } from "../sequencer.ts";
import { findAnswer, type FoundEntry } from "./find-entries.ts";
import { proveEntries } from "./prove-entries.ts";
import type { Question } from "./question.ts";

export interface Answer {
  readonly question: Question;
  /** RFC 3339. */
  readonly askedAt: string;
  /** The signed checkpoint under which it was asked; empty where the log has none yet. */
  readonly checkpoint: string;
  readonly size: number;
  readonly entries: readonly FoundEntry[];
  /** Whether there is more than `limit` entries: ask again for the rest, with a later `since`. */
  readonly hasMore: boolean;
}

export interface ProvenAnswer extends Answer {
  readonly entries: readonly (FoundEntry & { readonly hashes: readonly Uint8Array[] })[];
}

export interface Questions {
  ask(question: Question, limit?: number): Promise<Answer>;
  /** The question about one entry; undefined where there is no such entry under the last checkpoint. */
  questionWhy(index: number): Promise<Question | undefined>;
  prove(answer: Answer): Promise<ProvenAnswer>;
}

export interface QuestionsOptions {
  readonly database: Database;
  readonly signer: CheckpointSigner;
  readonly clock: Clock;
}

const LIMIT = 10_000;

export function createQuestions({ database, signer, clock }: QuestionsOptions): Questions {
  const head = async (): Promise<{ readonly size: number; readonly note: string }> => {
    const last = await readLastNote(database);
    if (last === undefined) return { size: 0, note: "" };
    const checkpoint = openCheckpoint(last.note, signer, signer.name);
    assert(checkpoint?.size === last.size, "the last checkpoint is one that this log signed");
    return last;
  };
  return {
    async ask(question, limit = LIMIT) {
      checkPeriod(question);
      const { size, note } = await head();
      const { entries, hasMore } = await findAnswer(database, question, size, limit);
      return { question, askedAt: clock.now().toISOString(), checkpoint: note, size, entries, hasMore };
    },
    async questionWhy(index) {
      const { size } = await head();
      if (!Number.isSafeInteger(index) || index < 0 || index >= size) return undefined;
      const [row] = await database.query<{ body: Buffer }>(
        "select body from ledger.entry where index = $1 and index >= (select minimum from ledger.pruning)",
        [index],
      );
      if (row === undefined) return undefined;
      const { trace } = JSON.parse(row.body.toString("utf8")) as AuditEntry;
      return { kind: "why", index, trace };
    },
    async prove(answer) {
      const indexes = answer.entries.map(({ index }) => index);
      const proofs = await proveEntries(database, indexes, answer.size);
      return {
        ...answer,
        entries: answer.entries.map((found, at) => ({ ...found, hashes: proofs[at]?.hashes ?? [] })),
      };
    },
  };
}

function checkPeriod(question: Question): void {
  for (const name of ["since", "until"] as const) {
    const time = name in question ? (question as { since?: string; until?: string })[name] : undefined;
    if (time === undefined) continue;
    const parsed = new Date(time);
    if (Number.isNaN(parsed.getTime()) || parsed.toISOString() !== time) {
      throw new WardError("invalid-request", { parameter: name });
    }
  }
}
