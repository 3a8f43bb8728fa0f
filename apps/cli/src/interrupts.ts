/**
 * Ctrl-C and SIGTERM: the first asks for a clean stop, a second ends the process at once. A terminal and npm may both
 * deliver the same Ctrl-C, so what follows within half a second counts as one.
 */
import { EXIT, type Cli } from "./cli.ts";

const SAME_PRESS_MS = 500;

export interface Interrupts {
  readonly requested: Promise<void>;
  wasRequested(): boolean;
  release(): void;
}

export function watchInterrupts(cli: Cli, onFirst: () => void = () => {}): Interrupts {
  let firstAt: number | undefined;
  let settle = () => {};
  const requested = new Promise<void>((resolve) => (settle = resolve));
  const release = cli.onInterrupt(() => {
    const at = cli.now().getTime();
    if (firstAt === undefined) {
      firstAt = at;
      onFirst();
      settle();
    } else if (at - firstAt >= SAME_PRESS_MS) {
      cli.remark("Stopped at once.");
      cli.exitNow(EXIT.interrupted);
    }
  });
  return { requested, wasRequested: () => firstAt !== undefined, release };
}
