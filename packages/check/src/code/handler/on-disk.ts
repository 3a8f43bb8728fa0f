import { dirname, normalize } from "node:path/posix";
import type { FileReader } from "../../readers/reading.ts";

/** Whether there is such a file, without reading it. */
export function fileIsOnDisk(path: string, files: FileReader): boolean {
  const at = normalize(path);
  return files.list(dirname(at)).some((one) => normalize(one.replaceAll("\\", "/")) === at);
}
