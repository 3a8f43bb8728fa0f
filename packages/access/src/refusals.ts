/**
 * The record of refusals that anybody can cause at will: requests without a valid token, forged calls of a hostile
 * function. Each would cost a durable entry, so that a flood of them would flood the ledger. The first of a kind in a
 * minute are recorded one by one; of the others one entry at the end of the minute says how many they were.
 *
 * INVARIANT: every refusal is in an entry or in the count of one, but for those counted when the node is killed.
 */
import { principalName, type Caller, type Clock } from "@ward/core";
import type { Act, Refusal } from "./contract.ts";

export interface Refusals {
  /** Resolves when the refusal is recorded, or counted. Rejects where it could not be recorded. */
  note(caller: Caller, act: Act, refusal: Refusal): Promise<void>;
  /** Records what is counted. */
  flush(): Promise<void>;
}

interface Window {
  readonly since: number;
  seen: number;
  counted: number;
  last: readonly [Caller, Act, Refusal];
  timer: NodeJS.Timeout | undefined;
}

const WINDOW_MS = 60_000;
/** Of one principal, act and reason in a window. */
const ONE_BY_ONE_MAX = 20;
const WINDOWS_MAX = 10_000;

export function boundRefusals(
  record: (caller: Caller, act: Act, refusal: Refusal) => Promise<void>,
  clock: Clock,
): Refusals {
  const windows = new Map<string, Window>();
  const writing = new Set<Promise<void>>();
  const tell = (window: Window): void => {
    clearTimeout(window.timer);
    window.timer = undefined;
    const count = window.counted;
    if (count === 0) return;
    window.counted = 0;
    const [caller, act, refusal] = window.last;
    const told = record(caller, act, { ...refusal, count })
      .catch(() => {
        // The next entry of this kind tells of them too.
        window.counted += count;
      })
      .finally(() => writing.delete(told));
    writing.add(told);
  };
  return {
    async note(caller, act, refusal) {
      const now = clock.now().getTime();
      const key = `${principalName(caller.principal)} ${act.action} ${act.resourceType} ${refusal.reason}`;
      const window = current(windows, key, now, [caller, act, refusal], tell);
      window.seen += 1;
      if (window.seen <= ONE_BY_ONE_MAX) {
        await record(caller, act, refusal);
        return;
      }
      window.counted += 1;
      window.last = [caller, act, refusal];
      window.timer ??= setTimeout(() => tell(window), Math.max(0, window.since + WINDOW_MS - now)).unref();
    },
    async flush() {
      for (const window of windows.values()) tell(window);
      await Promise.all(writing);
    },
  };
}

function current(
  windows: Map<string, Window>,
  key: string,
  now: number,
  last: Window["last"],
  tell: (window: Window) => void,
): Window {
  const known = windows.get(key);
  if (known !== undefined && Math.abs(now - known.since) < WINDOW_MS) return known;
  if (known !== undefined) tell(known);
  const [oldest] = windows;
  if (windows.size >= WINDOWS_MAX && oldest !== undefined) {
    tell(oldest[1]);
    windows.delete(oldest[0]);
  }
  const counted = known?.counted ?? 0;
  const window: Window = { since: now, seen: 0, counted, last, timer: undefined };
  windows.delete(key);
  windows.set(key, window);
  return window;
}
