/**
 * Reads that come while a lane is busy wait for it and go out together: one round trip, one wake-up of the server and
 * one of this process, however many callers. What a round trip costs the processor is more than what a short `select`
 * does.
 *
 * INVARIANT: a failed read fails nobody else's. PostgreSQL skips what stands behind a failed statement in its group; what
 * stood before it has its answer, and what stood behind is asked again.
 */
import { resultsBefore, type Statement, type StatementResult } from "./statement-group.ts";

export interface ReadLanesOptions {
  /** Runs a group on a connection of its own. */
  readonly run: (group: readonly Statement[]) => Promise<readonly StatementResult[]>;
  /** Groups under way at once. */
  readonly lanes: number;
}

/** One that is slow keeps so many others waiting at most. */
const GROUP_MAX = 16;

interface Waiting {
  readonly statement: Statement;
  readonly settle: (result: StatementResult) => void;
  readonly fail: (error: unknown) => void;
}

export function createReadLanes({ run, lanes }: ReadLanesOptions): (statement: Statement) => Promise<StatementResult> {
  const waiting: Waiting[] = [];
  let busy = 0;
  let scheduled = false;

  return async (statement) =>
    await new Promise<StatementResult>((settle, fail) => {
      waiting.push({ statement, settle, fail });
      schedule();
    });

  /** After what has already arrived was looked at, so that what came together goes together. */
  function schedule(): void {
    if (scheduled || busy >= lanes || waiting.length === 0) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      while (busy < lanes && waiting.length > 0) void drain(waiting.splice(0, GROUP_MAX));
    });
  }

  async function drain(group: readonly Waiting[]): Promise<void> {
    busy++;
    try {
      const results = await run(group.map(({ statement }) => statement));
      group.forEach(({ settle }, at) => settle(results[at] as StatementResult));
    } catch (error) {
      const results = resultsBefore(error);
      group.forEach((each, at) => {
        const result = results?.[at];
        if (result !== undefined) each.settle(result);
        else if (results === undefined || at === results.length) each.fail(error);
        else waiting.unshift(each);
      });
    } finally {
      busy--;
      schedule();
    }
  }
}
