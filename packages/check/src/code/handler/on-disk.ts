/** Whether a file exists, asked of its folder's listing: reading a bundle to find out would cost more than all else. */
import { dirname, normalize } from "node:path/posix";
import type { FileReader } from "../../readers/reading.ts";

export function fileIsOnDisk(path: string, files: FileReader): boolean {
  const at = normalize(path);
  return files.list(dirname(at)).some((one) => normalize(one.replaceAll("\\", "/")) === at);
}
