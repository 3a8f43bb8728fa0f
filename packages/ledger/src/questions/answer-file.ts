/**
 * An answer as one file: the question, one signed checkpoint, and for each entry its canonical bytes and its hashes up
 * to the checkpoint's root (RFC 9162 section 2.1.3). `verifyAnswer` needs the file and the log's public key, nothing
 * else. `tlogProofOf` gives any one entry as a C2SP `.tlog-proof`, for others' tools.
 *
 * INVARIANT: what `verifyAnswer` reports, it drew from the bytes that it hashed.
 */
import type { AuditEntry } from "@ward/core";
import { type NoteKey, openCheckpoint } from "../note.ts";
import { formatProof } from "../proof.ts";
import { hashLeaf, verifyInclusion } from "../tree.ts";
import { parseVerifierKey } from "../verifier-key.ts";
import { belongsTo, isAbout, type Question } from "./question.ts";
import type { ProvenAnswer } from "./questions.ts";

const FORMAT = "ward-ledger-answer/1";

interface AnswerFile {
  readonly format: typeof FORMAT;
  readonly question: Question;
  readonly askedAt: string;
  readonly checkpoint: string;
  readonly hasMore: boolean;
  readonly entries: readonly { readonly index: number; readonly body: string; readonly proof: readonly string[] }[];
}

export type AnswerVerdict =
  | {
      readonly ok: true;
      readonly question: Question;
      readonly askedAt: string;
      /** Which log, and how many entries it had. */
      readonly origin: string;
      readonly size: number;
      readonly hasMore: boolean;
      readonly entries: readonly { readonly index: number; readonly entry: AuditEntry }[];
    }
  | {
      readonly ok: false;
      /** `not-an-answer`, `checkpoint-forged`, `entry-not-proven`, `entry-repeated`, `entry-not-asked-for`. */
      readonly problem: string;
      /** Of the first entry that is wrong. */
      readonly index?: number;
    };

export function formatAnswer({ question, askedAt, checkpoint, hasMore, entries }: ProvenAnswer): string {
  const file: AnswerFile = {
    format: FORMAT,
    question,
    askedAt,
    checkpoint,
    hasMore,
    entries: entries.map(({ index, body, hashes }) => ({
      index,
      body,
      proof: hashes.map((hash) => Buffer.from(hash).toString("base64")),
    })),
  };
  return `${JSON.stringify(file, undefined, 1)}\n`;
}

/** One entry of an answer as a C2SP `.tlog-proof`; its leaf is the entry's canonical bytes. */
export function tlogProofOf(answer: ProvenAnswer, index: number): string | undefined {
  const found = answer.entries.find((entry) => entry.index === index);
  return found && formatProof({ index, size: answer.size, hashes: found.hashes }, answer.checkpoint);
}

/** `publicKey`: the raw 32 bytes, or a verifier key `name+id+base64`, which also says which log it must be. */
export function verifyAnswer(text: string, publicKey: Uint8Array | string): AnswerVerdict {
  const file = parseAnswer(text);
  if (file === undefined) return { ok: false, problem: "not-an-answer" };
  const { question, askedAt, hasMore } = file;
  const key = keyFor(publicKey, file.checkpoint);
  const empty = file.checkpoint === "" && file.entries.length === 0;
  if (empty) return { ok: true, question, askedAt, origin: key?.name ?? "", size: 0, hasMore, entries: [] };
  const checkpoint = key && openCheckpoint(file.checkpoint, key, key.name);
  if (!checkpoint) return { ok: false, problem: "checkpoint-forged" };
  const { size, root, origin } = checkpoint;
  const entries: { index: number; entry: AuditEntry }[] = [];
  for (const { index, body, proof } of file.entries) {
    const hashes = proof.map((hash) => Buffer.from(hash, "base64"));
    const isProven = verifyInclusion({ index, size, hashes }, hashLeaf(Buffer.from(body, "utf8")), root);
    if (!isProven) return { ok: false, problem: "entry-not-proven", index };
    if (index <= (entries.at(-1)?.index ?? -1)) return { ok: false, problem: "entry-repeated", index };
    entries.push({ index, entry: JSON.parse(body) as AuditEntry });
  }
  const stranger = entries.find(({ entry }) => !belongsTo(question, entry, tracesOf(question, entries)));
  const isMissing = question.kind === "why" && !entries.some(({ index }) => index === question.index);
  if (stranger) return { ok: false, problem: "entry-not-asked-for", index: stranger.index };
  if (isMissing) return { ok: false, problem: "entry-not-proven", index: question.index };
  return { ok: true, question, askedAt, origin, size, hasMore, entries };
}

function tracesOf(question: Question, entries: readonly { readonly entry: AuditEntry }[]): ReadonlySet<string> {
  if (!("subject" in question)) return new Set();
  return new Set(entries.flatMap(({ entry }) => (isAbout(question.subject, entry) ? [entry.trace] : [])));
}

/** A raw key takes its name from the checkpoint: the signature covers that name, so it can't be another's. */
function keyFor(publicKey: Uint8Array | string, checkpoint: string): NoteKey | undefined {
  if (typeof publicKey === "string") return parseVerifierKey(publicKey);
  return { name: checkpoint.split("\n", 1)[0] ?? "", publicKey };
}

function parseAnswer(text: string): AnswerFile | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || value["format"] !== FORMAT || !isRecord(value["question"])) return undefined;
  const { question, askedAt, checkpoint, hasMore, entries } = value;
  const isWhole = typeof askedAt === "string" && typeof checkpoint === "string" && typeof hasMore === "boolean";
  if (!isWhole || !isQuestion(question) || !Array.isArray(entries) || !entries.every(isEntry)) return undefined;
  return { format: FORMAT, question, askedAt, checkpoint, hasMore, entries };
}

function isQuestion(value: Record<string, unknown>): value is Record<string, unknown> & Question {
  const { kind } = value;
  const isText = (name: string): boolean => typeof value[name] === "string";
  const isTextOrAbsent = (name: string): boolean => value[name] === undefined || isText(name);
  if (!isTextOrAbsent("since") || !isTextOrAbsent("until")) return false;
  if (kind === "who-touched" || kind === "accounting") return isText("subject");
  if (kind === "what-did") return isText("principal");
  if (kind === "why") return Number.isSafeInteger(value["index"]) && isText("trace");
  return kind === "refused" || kind === "changes";
}

function isEntry(value: unknown): value is AnswerFile["entries"][number] {
  if (!isRecord(value)) return false;
  const { index, body, proof } = value;
  const isPlaced = Number.isSafeInteger(index) && (index as number) >= 0;
  const isProof = Array.isArray(proof) && proof.every((hash) => typeof hash === "string" && HASH.test(hash));
  return isPlaced && isProof && typeof body === "string" && isEntryText(body);
}

const HASH = /^[A-Za-z0-9+/]{43}=$/;

function isEntryText(body: string): boolean {
  try {
    return isRecord(JSON.parse(body));
  } catch {
    return false;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
