/**
 * The instances of a folder: JSON files with one resource, NDJSON files with one a line. The text is kept as it was
 * written, since what is sent must be what somebody else wrote.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isObject, type JsonObject } from "../../src/json.ts";

export interface Instance {
  /** Below the folder, with the line of an NDJSON file. */
  readonly file: string;
  readonly text: string;
  readonly resource: JsonObject;
  readonly type: string;
  readonly id: string | undefined;
}

export function readInstances(folder: string): readonly Instance[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  return files.flatMap((file) => {
    if (file.endsWith(".json")) return instanceOf(file, readFileSync(join(folder, file), "utf8"));
    if (!file.endsWith(".ndjson")) return [];
    const lines = readFileSync(join(folder, file), "utf8").split("\n");
    return lines.flatMap((line, at) => (line.trim() === "" ? [] : instanceOf(`${file}:${at + 1}`, line)));
  });
}

/** Nothing where the file holds no resource, as a package's own `package.json`. */
function instanceOf(file: string, text: string): readonly Instance[] {
  const resource: unknown = JSON.parse(text.replace(/^\uFEFF/, ""));
  if (!isObject(resource)) return [];
  const { resourceType: type, id } = resource;
  if (typeof type !== "string") return [];
  return [{ file, text, resource, type, id: typeof id === "string" ? id : undefined }];
}
