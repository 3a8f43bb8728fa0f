/** Tells when an app's sources change, for `ward dev`. Editors write a file several times; one change is reported for all. */
import { watch } from "node:fs";

export interface AppWatch {
  close(): void;
}

const QUIET_MS = 40;
const SOURCES = /(?:\.ts|\.js|\.mjs|\.json|\.cedar|\.ya?ml)$/;

/** `onChange` gets the changed files, relative to `dir`, after they were quiet for a moment. */
export function watchApp(dir: string, onChange: (files: readonly string[]) => void): AppWatch {
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const watcher = watch(dir, { recursive: true, persistent: false }, (_event, file) => {
    if (file === null || !isSource(file)) return;
    changed.add(file);
    clearTimeout(timer);
    timer = setTimeout(() => {
      const files = [...changed].sort();
      changed.clear();
      onChange(files);
    }, QUIET_MS);
  });
  return {
    close() {
      clearTimeout(timer);
      watcher.close();
    },
  };
}

function isSource(file: string): boolean {
  return SOURCES.test(file) && !file.split(/[\\/]/).some((part) => part === "node_modules" || part.startsWith("."));
}
