/**
 * `ward check db update`: fetches OSV's archive for npm and FIRST's EPSS scores into a directory. A file is replaced only by
 * a whole one that could be read: it is fetched beside it, tried, and put in its place in one step.
 */
import { createWriteStream, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { gunzipSync } from "node:zlib";
import { indexArchive, indexPathOf } from "./osv-archive.ts";

export const OSV_URL = "https://osv-vulnerabilities.storage.googleapis.com/npm/all.zip";
export const EPSS_URL = "https://epss.empiricalsecurity.com/epss_scores-current.csv.gz";

const ARCHIVE_MAX_BYTES = 2 * 2 ** 30;
const EPSS_MAX_BYTES = 64 * 2 ** 20;
const EPSS_PLAIN_MAX_BYTES = 256 * 2 ** 20;
/** No byte for so long is a broken connection. */
const SILENCE_MAX_MS = 30_000;

export interface UpdateOptions {
  readonly folder: string;
  readonly osvUrl: string;
  readonly epssUrl: string;
  /** Writes the index of what lies there already; nothing is fetched. */
  readonly isOffline: boolean;
  /** `what` is for people; `total` is 0 where the server does not say. */
  readonly onProgress: (what: string, done: number, total: number) => void;
  readonly archiveMaxBytes?: number;
}

export interface Updated {
  readonly records: number;
  readonly hasEpss: boolean;
}

/** Why it could not be done, for people. */
export class DatabaseUpdateError extends Error {}

export async function updateDatabase(options: UpdateOptions): Promise<Updated> {
  const { folder, onProgress, archiveMaxBytes = ARCHIVE_MAX_BYTES } = options;
  const archive = join(folder, "npm", "all.zip");
  const epss = join(folder, "epss_scores.csv.gz");
  mkdirSync(join(folder, "npm"), { recursive: true });
  if (options.isOffline) {
    const records = await writeIndex(archive, archive, onProgress);
    return { records, hasEpss: isThere(epss) };
  }
  let records = 0;
  await replace(options.osvUrl, archive, archiveMaxBytes, "vulnerabilities", onProgress, async (partial) => {
    records = await writeIndex(partial, archive, onProgress);
  });
  await replace(options.epssUrl, epss, EPSS_MAX_BYTES, "EPSS scores", onProgress, (partial) => {
    const text = gunzipSync(readFileSync(partial), { maxOutputLength: EPSS_PLAIN_MAX_BYTES }).toString("latin1");
    if (!/^cve,epss/m.test(text.slice(0, 1000))) throw new DatabaseUpdateError("what was fetched holds no EPSS scores");
  });
  return { records, hasEpss: true };
}

/** The index is written before the archive takes its place: until then it fits nothing, and what fits nothing is not used. */
async function writeIndex(read: string, archive: string, onProgress: UpdateOptions["onProgress"]): Promise<number> {
  let made;
  try {
    made = await indexArchive(read, (done, total) => onProgress("index", done, total));
  } catch (thrown) {
    const { code } = thrown as { readonly code?: unknown };
    throw new DatabaseUpdateError(
      code === "ENOENT"
        ? `There is no ${archive}. Bring OSV's all.zip for npm there, or leave out --offline.`
        : "what was fetched is no archive of OSV records",
      { cause: thrown },
    );
  }
  if (made.records === 0) throw new DatabaseUpdateError("the archive holds no OSV records");
  const path = indexPathOf(archive);
  writeFileSync(`${path}.partial`, made.text);
  renameSync(`${path}.partial`, path);
  return made.records;
}

async function replace(
  url: string,
  path: string,
  maxBytes: number,
  what: string,
  onProgress: UpdateOptions["onProgress"],
  accept: (partial: string) => void | Promise<void>,
): Promise<void> {
  const partial = `${path}.partial`;
  try {
    await fetchInto(url, partial, maxBytes, (done, total) => onProgress(what, done, total));
    await accept(partial);
    renameSync(partial, path);
  } catch (thrown) {
    if (thrown instanceof DatabaseUpdateError)
      throw new DatabaseUpdateError(`${url}: ${thrown.message}`, { cause: thrown });
    throw new DatabaseUpdateError(`${url} could not be fetched: ${reasonOf(thrown)}`, { cause: thrown });
  } finally {
    rmSync(partial, { force: true });
  }
}

async function fetchInto(
  url: string,
  path: string,
  maxBytes: number,
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  if (!isTrusted(new URL(url))) throw new DatabaseUpdateError("only https is fetched");
  const control = new AbortController();
  const silence = setTimeout(() => control.abort(new DatabaseUpdateError("the server went silent")), SILENCE_MAX_MS);
  try {
    const response = await fetch(url, { signal: control.signal });
    if (!isTrusted(new URL(response.url))) throw new DatabaseUpdateError("it was redirected away from https");
    if (!response.ok || !response.body) throw new DatabaseUpdateError(`the server answered ${response.status}`);
    const total = Number(response.headers.get("content-length") ?? 0);
    if (total > maxBytes) throw new DatabaseUpdateError(`it is larger than ${maxBytes} bytes`);
    let done = 0;
    const counting = new Transform({
      transform(chunk: Buffer, _encoding, pass) {
        done += chunk.length;
        silence.refresh();
        onProgress(done, total);
        if (done > maxBytes) pass(new DatabaseUpdateError(`it is larger than ${maxBytes} bytes`));
        else pass(null, chunk);
      },
    });
    await pipeline(Readable.fromWeb(response.body), counting, createWriteStream(path));
    if (total > 0 && done !== total) throw new DatabaseUpdateError("the connection ended before all of it was there");
  } finally {
    clearTimeout(silence);
  }
}

/** Plain http only to this machine, as a mirror's tunnel or a test has it. */
function isTrusted({ protocol, hostname }: URL): boolean {
  return protocol === "https:" || (protocol === "http:" && /^(?:127\.0\.0\.1|localhost|\[::1\])$/.test(hostname));
}

function reasonOf(thrown: unknown): string {
  const cause = thrown instanceof Error ? (thrown.cause ?? thrown) : thrown;
  const { code, message } = cause as { readonly code?: unknown; readonly message?: unknown };
  const known: Readonly<Record<string, string>> = {
    ENOTFOUND: "its name can't be resolved; without network, bring the files and use --offline",
    EAI_AGAIN: "its name can't be resolved; without network, bring the files and use --offline",
    ECONNREFUSED: "nothing answers there",
    ENOSPC: "the disk is full",
  };
  const named = typeof code === "string" ? (known[code] ?? code) : undefined;
  return named ?? (typeof message === "string" ? message : "it failed");
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
