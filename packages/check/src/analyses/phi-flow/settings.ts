/**
 * What a project says about its own PHI, in compliance/phi.yaml: hosts that an agreement covers, names of fields and types that
 * are PHI, functions that take it away. An agreement counts only where its file is there and says that it is signed.
 */
import { join } from "node:path/posix";
import type { FileReader } from "../../readers/reading.ts";
import { parseText } from "../../source/parse-text.ts";
import { plainValue, toPlain } from "../../graph/plain-value.ts";

export interface PhiSettings {
  readonly hosts: ReadonlySet<string>;
  /** Hosts whose agreement is not there or not signed, with its file. */
  readonly unsigned: ReadonlyMap<string, string>;
  readonly fields: ReadonlySet<string>;
  readonly types: ReadonlySet<string>;
  /** Names of own functions whose results say nothing of a patient. */
  readonly safe: ReadonlySet<string>;
}

export const SETTINGS_FILE = "compliance/phi.yaml";

export function readSettings(root: string, files: FileReader): PhiSettings {
  const file = join(root, SETTINGS_FILE);
  const written = readYaml(file, files);
  const hosts = new Set<string>();
  const unsigned = new Map<string, string>();
  for (const entry of listOf(written["hosts"])) {
    const { host, agreement } = record(entry);
    if (typeof host !== "string" || typeof agreement !== "string") continue;
    if (isSigned(join(root, "compliance", agreement), files)) hosts.add(host.toLowerCase());
    else unsigned.set(host.toLowerCase(), agreement);
  }
  return {
    hosts,
    unsigned,
    fields: namesOf(written["fields"]),
    types: namesOf(written["types"]),
    safe: namesOf(written["safe"]),
  };
}

function isSigned(file: string, files: FileReader): boolean {
  return record(readYaml(file, files))["status"] === "signed";
}

function readYaml(file: string, files: FileReader): Record<string, unknown> {
  const text = files.read(file);
  if (text === undefined) return {};
  const [document] = parseText(file, text);
  return document?.root ? record(toPlain(plainValue(document.root, { source: document.source, offset: 0 }))) : {};
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function namesOf(value: unknown): ReadonlySet<string> {
  return new Set(listOf(value).filter((name) => typeof name === "string"));
}
