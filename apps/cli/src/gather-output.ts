/**
 * Gathers what a busy node tells and writes it a few times a second: each write to a pipe stops the node's one thread
 * and wakes the reader, and hundreds of lines a second would cost more than some of the work that they tell of.
 */
import type { Output } from "./output.ts";

export interface GatheredOutput {
  readonly write: (text: string) => void;
  /** Writes what was gathered; from then on nothing is held back. */
  end(): void;
}

const HOLD_MS = 50;

/** What is said within moments of the last write waits; the first line after a silence goes out at once. */
export function gatherOutput(stream: Output): GatheredOutput {
  let held: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  let isEnded = false;
  const writeHeld = (): void => {
    timer = undefined;
    if (held.length === 0) return;
    const text = held.join("");
    held = [];
    stream.write(text);
    if (!isEnded) timer = setTimeout(writeHeld, HOLD_MS);
  };
  return {
    write(text) {
      held.push(text);
      if (timer === undefined || isEnded) writeHeld();
    },
    end() {
      isEnded = true;
      clearTimeout(timer);
      writeHeld();
    },
  };
}
