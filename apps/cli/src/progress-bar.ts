/** A bar on stderr while something long runs. Nothing at all where stderr is no terminal. */
import type { Output } from "./output.ts";

const CELLS = 30;

export function progressBar(
  output: Output,
  what: string,
): { readonly show: (done: number, total: number) => void; readonly clear: () => void } {
  if (output.isTTY !== true) return { show: () => {}, clear: () => {} };
  let shown = "";
  return {
    show(done, total) {
      const part = total === 0 ? 1 : Math.min(1, done / total);
      const full = Math.floor(part * CELLS);
      const line = `${what} [${"#".repeat(full)}${".".repeat(CELLS - full)}] ${Math.floor(part * 100)} % of ${total}`;
      if (line === shown) return;
      shown = line;
      output.write(`\r${line.slice(0, (output.columns ?? 80) - 1)}\x1b[K`);
    },
    clear() {
      if (shown !== "") output.write("\r\x1b[K");
    },
  };
}
