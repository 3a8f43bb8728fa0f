/** A bar on stderr while something is fetched or read. Nothing at all where stderr is no terminal. */
export interface BarOutput {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

export interface TransferBar {
  /** `total` is 0 where it is not known. */
  readonly show: (what: string, done: number, total: number) => void;
  readonly clear: () => void;
}

const CELLS = 30;
const MEGABYTE = 1e6;

export function transferBar(output: BarOutput | undefined): TransferBar {
  if (output?.isTTY !== true) return { show: () => {}, clear: () => {} };
  let shown = "";
  return {
    show(what, done, total) {
      const full = total === 0 ? 0 : Math.floor(Math.min(1, done / total) * CELLS);
      const bar = total === 0 ? "" : `[${"#".repeat(full)}${".".repeat(CELLS - full)}] `;
      const of = total === 0 ? "" : ` of ${amount(what, total)}`;
      const line = `${what} ${bar}${amount(what, done)}${of}`;
      if (line === shown) return;
      shown = line;
      output.write(`\r${line.slice(0, (output.columns ?? 80) - 1)}\x1b[K`);
    },
    clear() {
      if (shown !== "") output.write("\r\x1b[K");
    },
  };
}

function amount(what: string, number: number): string {
  return what === "index" ? `${number} records` : `${(number / MEGABYTE).toFixed(1)} MB`;
}
