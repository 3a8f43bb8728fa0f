/**
 * OSV's archive of an ecosystem (all.zip: one record a file), read where it lies. An index beside it says where the records
 * of each package are, so that a run opens a few of 200,000. INVARIANT: an index that is not of this very archive is not
 * used; then every record is looked at, which takes seconds and gives the same answer.
 */
import { createHash } from "node:crypto";
import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { inflateRawSync } from "node:zlib";
import { openPromise } from "yauzl";

const RECORD_MAX_BYTES = 16 * 2 ** 20;
const RECORDS_MAX = 5_000_000;
const LOCAL_HEADER_BYTES = 30;
const TAIL_BYTES = 65_536;
const VERSION = 1;

/** Where a record lies: its local header's offset, its length there, and how it is packed (0 stored, 8 deflate). */
type Place = readonly [offset: number, length: number, method: number];

interface ArchiveIndex {
  readonly version: typeof VERSION;
  /** Of the archive that it is for. */
  readonly fingerprint: string;
  readonly places: readonly Place[];
  /** Indexes into `places`, by package. */
  readonly packages: Readonly<Record<string, readonly number[]>>;
}

export function indexPathOf(archive: string): string {
  return `${archive}.index.json`;
}

/** The records of these packages, parsed; what can't be parsed is left out. */
export async function readFromArchive(archive: string, names: ReadonlySet<string>): Promise<readonly unknown[]> {
  const index = loadIndex(archive);
  const file = openSync(archive, "r");
  try {
    if (index === undefined) {
      const records: unknown[] = [];
      for (const place of await placesIn(archive)) {
        const record = parseRecord(readPlace(file, place));
        if (packagesOf(record).some((name) => names.has(name))) records.push(record);
      }
      return records;
    }
    const wanted = new Set(
      [...names].flatMap((name) => (Object.hasOwn(index.packages, name) ? (index.packages[name] ?? []) : [])),
    );
    return [...wanted].flatMap((at) => {
      const place = index.places[at];
      const record = place && parseRecord(readPlace(file, place));
      return record === undefined ? [] : [record];
    });
  } finally {
    closeSync(file);
  }
}

/** The index as text, to be written beside the archive. `onProgress` counts records. */
export async function indexArchive(
  archive: string,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<{ readonly text: string; readonly records: number }> {
  const places = await placesIn(archive);
  const packages = new Map<string, number[]>();
  const file = openSync(archive, "r");
  try {
    for (const [at, place] of places.entries()) {
      for (const name of new Set(packagesOf(parseRecord(readPlace(file, place))))) {
        const known = packages.get(name);
        if (known) known.push(at);
        else packages.set(name, [at]);
      }
      if (at % 1000 === 0) {
        onProgress(at, places.length);
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  } finally {
    closeSync(file);
  }
  const index: ArchiveIndex = {
    version: VERSION,
    fingerprint: fingerprintOf(archive),
    places,
    packages: Object.fromEntries(packages),
  };
  return { text: JSON.stringify(index), records: places.length };
}

function loadIndex(archive: string): ArchiveIndex | undefined {
  try {
    const index = JSON.parse(readFileSync(indexPathOf(archive), "utf8")) as ArchiveIndex;
    return index.version === VERSION && index.fingerprint === fingerprintOf(archive) ? index : undefined;
  } catch {
    return undefined;
  }
}

/** Length and a digest of its end, where an archive lists its files with their checksums. */
function fingerprintOf(archive: string): string {
  const { size } = statSync(archive);
  const file = openSync(archive, "r");
  try {
    const tail = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(file, tail, 0, tail.length, size - tail.length);
    return `${size}-${createHash("sha256").update(tail).digest("hex")}`;
  } finally {
    closeSync(file);
  }
}

async function placesIn(archive: string): Promise<readonly Place[]> {
  const places: Place[] = [];
  const zip = await openPromise(archive, { lazyEntries: true, decodeStrings: false });
  try {
    for await (const entry of zip.eachEntry()) {
      const isRecord = entry.fileNameRaw.toString("latin1").endsWith(".json");
      const isReadable = entry.uncompressedSize <= RECORD_MAX_BYTES && !entry.isEncrypted();
      if (isRecord && isReadable) {
        places.push([entry.relativeOffsetOfLocalHeader, entry.compressedSize, entry.compressionMethod]);
      }
      if (places.length > RECORDS_MAX) break;
    }
  } finally {
    zip.close();
  }
  return places;
}

/** A local header says anew how long its name and extra field are (APPNOTE 4.3.7); what it says of sizes may be 0. */
function readPlace(file: number, [offset, length, method]: Place): string | undefined {
  const header = Buffer.alloc(LOCAL_HEADER_BYTES);
  if (readSync(file, header, 0, header.length, offset) < header.length || header.readUInt32LE(0) !== 0x04034b50)
    return undefined;
  if (length > RECORD_MAX_BYTES) return undefined;
  const packed = Buffer.alloc(length);
  const start = offset + LOCAL_HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
  if (readSync(file, packed, 0, length, start) < length) return undefined;
  try {
    if (method === 0) return packed.toString("utf8");
    return method === 8 ? inflateRawSync(packed, { maxOutputLength: RECORD_MAX_BYTES }).toString("utf8") : undefined;
  } catch {
    return undefined;
  }
}

function parseRecord(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function packagesOf(record: unknown): readonly string[] {
  const affected = (record as { readonly affected?: unknown } | undefined | null)?.affected;
  if (!Array.isArray(affected)) return [];
  return affected.flatMap(
    (one: { readonly package?: { readonly ecosystem?: unknown; readonly name?: unknown } } | null) => {
      const named = one?.package;
      return named?.ecosystem === "npm" && typeof named.name === "string" ? [named.name] : [];
    },
  );
}
