/**
 * Writers of the same record on this node, one after the other: each takes its turn before it reads the version that it
 * will replace, and gives it back when its session has ended. Between nodes the database decides.
 */
import { WardError } from "@ward/core";

export interface Turns {
  /** Waits until nobody holds any of the names. The answer gives them back. Throws `version-conflict` after a while. */
  take(names: Iterable<string>): Promise<() => void>;
}

/** Two sessions that wait for each other's records wait no longer than this. */
const WAIT_MAX_MS = 5_000;

export function createTurns(waitMaxMs = WAIT_MAX_MS): Turns {
  /** The last in line for each name. */
  const lines = new Map<string, Promise<void>>();

  return {
    async take(given) {
      const names = new Set(given);
      const { promise: ended, resolve } = Promise.withResolvers<void>();
      const before: Promise<void>[] = [];
      // At once for all names: of two that want the same ones, the first stands first in each line.
      for (const name of names) {
        const last = lines.get(name);
        if (last === undefined) {
          lines.set(name, ended);
          continue;
        }
        before.push(last);
        const mine = Promise.all([last, ended]).then(() => {
          if (lines.get(name) === mine) lines.delete(name);
        });
        lines.set(name, mine);
      }
      const end = (): void => {
        resolve();
        for (const name of names) if (lines.get(name) === ended) lines.delete(name);
      };
      if (before.length > 0 && !(await isOver(Promise.all(before), waitMaxMs))) {
        end();
        throw new WardError("version-conflict", { reason: "contended" });
      }
      return end;
    },
  };
}

async function isOver(work: Promise<unknown>, withinMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), withinMs)));
  const over = await Promise.race([work.then(() => true), late]);
  clearTimeout(timer);
  return over;
}
