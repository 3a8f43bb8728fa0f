/** Files that exist for a test only. */
import { dirname, normalize } from "node:path/posix";
import type { FileReader } from "../../readers/reading.ts";

export function memoryFiles(
  files: Readonly<Record<string, string>>,
): FileReader & { readonly paths: readonly string[] } {
  const texts = new Map(Object.entries(files).map(([path, text]) => [normalize(path), text]));
  const paths = [...texts.keys()].toSorted();
  const folders = new Set<string>();
  for (const path of paths) for (let at = dirname(path); at !== "."; at = dirname(at)) folders.add(at);
  const below = (all: Iterable<string>, folder: string): readonly string[] =>
    [...all].filter((path) => dirname(path) === normalize(folder === "" ? "." : folder).replace(/\/$/, "")).toSorted();
  return {
    paths,
    read: (path) => texts.get(normalize(path)),
    list: (folder) => below(paths, folder),
    folders: (folder) => below(folders, folder),
  };
}
