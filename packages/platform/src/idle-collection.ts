/**
 * Keeps memory small under load, and gives it back after. V8 collects when it allocates, so that a node on which nothing
 * happens any more keeps the garbage of its last busy minute and a young generation grown for it: more than 200 MB here.
 * One collection when a busy time has ended returns both. It must be V8's last resort: an ordinary full collection leaves
 * the young generation as large as it grew (124 MB instead of 0.3 MB after a loop that only made garbage).
 */
import { PerformanceObserver } from "node:perf_hooks";
import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";
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
  const endBounding = boundYoungGeneration();
  const gc = runInNewContext("gc") as (options: object) => void;
  const collect = (): void => gc({ type: "major", execution: "sync", flavor: "last-resort" });
  const look = createIdleCollection({ cpuMs: ownCpuMs, collect });
  const timer = setInterval(look, LOOK_MS).unref();
  return () => {
    clearInterval(timer);
    endBounding();
  };
}

/** Both of its halves. V8 would let it grow to 128 MB, and what a request costs the processor is nearly the same. */
const YOUNG_MAX_BYTES = 32 * 1024 * 1024;
/** In two steps from the first size to the largest, rather than by doubling: less is copied before it is garbage. */
const GROW_FAST = "--semi-space-growth-factor=4";
const DO_NOT_GROW = "--semi-space-growth-factor=1";

/** V8 reads the factor whenever the young generation is to grow; its largest size is read once, at the start. */
function boundYoungGeneration(): () => void {
  setFlagsFromString(GROW_FAST);
  let isGrown = false;
  const observer = new PerformanceObserver(() => {
    const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space");
    const wasGrown = isGrown;
    // A collection of the last resort makes it small again.
    isGrown = (young?.space_size ?? 0) >= YOUNG_MAX_BYTES;
    if (isGrown !== wasGrown) setFlagsFromString(isGrown ? DO_NOT_GROW : GROW_FAST);
  });
  observer.observe({ entryTypes: ["gc"] });
  return () => observer.disconnect();
}

function ownCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
