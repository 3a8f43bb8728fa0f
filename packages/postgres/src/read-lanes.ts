/**
 * Reads that come while a lane is busy wait for it and go out together: one round trip, one wake-up of the server and
 * one of this process, however many callers. What a round trip costs the processor is more than what a short `select`
 * does.
 *
 * INVARIANT: a failed read fails nobody else's. PostgreSQL skips what stands behind a failed statement in its group; what
 * stood before it has its answer, and what stood behind is asked again.
 */
import { readDriverError } from "./sql-error.ts";
import { type GroupAnswer, type Rows, rowsBefore, type Statement } from "./statement-group.ts";

export interface ReadLanesOptions {
  /** Runs a group on a connection of its own. */
  readonly run: (group: readonly Statement[]) => Promise<GroupAnswer>;
  /** Groups under way at once. */
  readonly lanes: number;
}

/** One that is slow keeps so many others waiting at most. */
const GROUP_MAX = 16;

class Waiting implements Statement {
  readonly text: string;
  readonly values: readonly unknown[];
  readonly name: string | undefined;
  readonly settle: (rows: Rows) => void;
  readonly fail: (error: unknown) => void;

  constructor({ text, values, name }: Statement, settle: (rows: Rows) => void, fail: (error: unknown) => void) {
    this.text = text;
    this.values = values;
    this.name = name;
    this.settle = settle;
    this.fail = fail;
  }
}

export function createReadLanes({ run, lanes }: ReadLanesOptions): (statement: Statement) => Promise<Rows> {
  const waiting: Waiting[] = [];
  let busy = 0;
  let scheduled = false;

  // Not async: each layer of it would be a promise for every read.
  return (statement) =>
    new Promise((settle, fail) => {
      waiting.push(new Waiting(statement, settle, fail));
      schedule();
    });

  /** After what has already arrived was looked at, so that what came together goes together. */
  function schedule(): void {
    if (scheduled || busy >= lanes || waiting.length === 0) return;
    scheduled = true;
    setImmediate(start);
  }

  function start(): void {
    scheduled = false;
    while (busy < lanes && waiting.length > 0) void drain(waiting.splice(0, GROUP_MAX));
  }

  async function drain(group: readonly Waiting[]): Promise<void> {
    busy++;
    try {
      const { rows } = await run(group);
      for (let at = 0; at < group.length; at++) group[at]?.settle(rows[at] as Rows);
    } catch (error) {
      const rows = rowsBefore(error);
      const again: Waiting[] = [];
      group.forEach((each, at) => {
        const answered = rows?.[at];
        if (answered !== undefined) each.settle(answered);
        else if (rows === undefined || at === rows.length) each.fail(readDriverError(error));
        else again.push(each);
      });
      waiting.unshift(...again);
    } finally {
      busy--;
      schedule();
    }
  }
}
