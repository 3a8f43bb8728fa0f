/**
 * Gives memory back after load. V8 collects when it allocates, so that a node on which nothing happens any more keeps
 * the garbage of its last busy minute and a young generation grown for it: more than 200 MB here. One collection when
 * a busy time has ended returns both. It must be V8's last resort: an ordinary full collection leaves the young
 * generation as large as it grew (124 MB instead of 0.3 MB after a loop that only made garbage).
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const LOOK_MS = 10_000;
/** Processor time between two looks below which nothing worth waiting for is going on. */
const IDLE_BELOW_MS = 500;

export interface IdleCollectionParts {
  /** Processor time of this process so far. */
  readonly cpuMs: () => number;
  readonly collect: () => void;
}

/** To be called regularly; collects once after each busy time. */
export function createIdleCollection({ cpuMs, collect }: IdleCollectionParts): () => void {
  let last = cpuMs();
  let wasBusy = false;
  return () => {
    const isBusy = cpuMs() - last >= IDLE_BELOW_MS;
    if (wasBusy && !isBusy) collect();
    wasBusy = isBusy;
    last = cpuMs();
  };
}

/** Returns what ends it. */
export function collectWhenIdle(): () => void {
  // The function exists in a context of its own alone, and nothing but Ward's code runs in this process (decision 0008).
  setFlagsFromString("--expose-gc");
  // Under load the young generation grows at once rather than by doubling, so that less of what is in work is copied
  // before it is garbage: a third to a half less time of the collector's threads.
  setFlagsFromString("--semi-space-growth-factor=16");
  const gc = runInNewContext("gc") as (options: object) => void;
  const collect = (): void => gc({ type: "major", execution: "sync", flavor: "last-resort" });
  const look = createIdleCollection({ cpuMs: ownCpuMs, collect });
  const timer = setInterval(look, LOOK_MS).unref();
  return () => clearInterval(timer);
}

function ownCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
