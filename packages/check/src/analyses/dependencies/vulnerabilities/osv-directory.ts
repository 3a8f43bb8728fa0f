/**
 * A directory with OSV's data, brought there by `ward check db update` or by hand: records as JSON files or archives, as
 * deep as they lie, and FIRST's EPSS scores as CSV, packed or not. Read only.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { readAdvisory, type Advisory } from "./advisory.ts";
import { readFromArchive } from "./osv-archive.ts";

const FILE_MAX_BYTES = 16 * 2 ** 20;
const EPSS_MAX_BYTES = 256 * 2 ** 20;
const FILES_MAX = 500_000;

export interface OsvDirectory {
  /** By the package that they are about. */
  readonly advisories: ReadonlyMap<string, readonly Advisory[]>;
  /** Probability that it is exploited within 30 days, 0 to 1. */
  readonly epssOf: (cve: string) => number | undefined;
  /** The day of the youngest file of records, as 2027-01-31. */
  readonly day: string;
  /** Files that could not be read, with the reason. */
  readonly problems: readonly { readonly file: string; readonly message: string }[];
}

/** Undefined where there is no such directory, or nothing of the kind in it. */
export async function readOsvDirectory(folder: string, names: ReadonlySet<string>): Promise<OsvDirectory | undefined> {
  const paths = filesBelow(folder);
  const problems: { file: string; message: string }[] = [];
  const records: unknown[] = [];
  const data = paths.filter((path) => /\.(?:zip|json|csv|csv\.gz)$/.test(path) && !path.endsWith(".index.json"));
  if (data.length === 0) return undefined;
  let youngest = 0;
  for (const path of data) {
    try {
      const { mtimeMs, size } = statSync(path);
      if (!path.includes(".csv")) youngest = Math.max(youngest, mtimeMs);
      if (path.endsWith(".zip")) records.push(...(await readFromArchive(path, names)));
      else if (path.endsWith(".json") && size <= FILE_MAX_BYTES) {
        const text = readFileSync(path, "utf8");
        if (text.includes('"npm"')) records.push(JSON.parse(text) as unknown);
      }
    } catch (thrown) {
      problems.push({
        file: path,
        message: thrown instanceof Error ? (thrown.message.split("\n")[0] ?? "") : "unreadable",
      });
    }
  }
  return {
    advisories: byPackage(records, names),
    epssOf: epssReader(data.filter((path) => /\.csv(?:\.gz)?$/.test(path))),
    day: new Date(youngest).toISOString().slice(0, 10),
    problems,
  };
}

function byPackage(records: readonly unknown[], names: ReadonlySet<string>): ReadonlyMap<string, readonly Advisory[]> {
  const found = new Map<string, Advisory[]>();
  for (const record of records) {
    const advisory = readAdvisory(record);
    for (const name of new Set(advisory?.affected.map((one) => one.name))) {
      if (advisory && names.has(name)) found.set(name, [...(found.get(name) ?? []), advisory]);
    }
  }
  return found;
}

/** `cve,epss,percentile` a line; loaded when it is first asked. */
function epssReader(paths: readonly string[]): (cve: string) => number | undefined {
  let text: string | undefined;
  return (cve) => {
    text ??= paths.map(readCsv).join("\n");
    if (!/^CVE-\d{4}-\d{4,}$/.test(cve)) return undefined;
    const at = text.indexOf(`\n${cve},`);
    const score = at < 0 ? Number.NaN : Number.parseFloat(text.slice(at + cve.length + 2, at + cve.length + 24));
    return score >= 0 && score <= 1 ? score : undefined;
  };
}

function readCsv(path: string): string {
  try {
    const content = readFileSync(path);
    const plain = path.endsWith(".gz") ? gunzipSync(content, { maxOutputLength: EPSS_MAX_BYTES }) : content;
    return plain.toString("latin1");
  } catch {
    return "";
  }
}

function filesBelow(folder: string): readonly string[] {
  const found: string[] = [];
  const waiting = [folder];
  for (let at = waiting.pop(); at !== undefined && found.length < FILES_MAX; at = waiting.pop()) {
    let entries;
    try {
      entries = readdirSync(at, { withFileTypes: true });
    } catch {
      continue;
    }
    for (const entry of entries) {
      if (entry.isDirectory()) waiting.push(join(at, entry.name));
      else if (entry.isFile() && !entry.name.startsWith(".")) found.push(join(at, entry.name));
    }
  }
  return found.toSorted();
}
