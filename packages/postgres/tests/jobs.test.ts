import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { WardError } from "@ward/core";
import type { JobTask, JobWorker, WorkerOptions } from "../src/job-worker.ts";
import { releaseDeadWorkers } from "../src/job-worker.ts";
import type { JobPayload } from "../src/job-payload.ts";
import type { Job } from "../src/jobs.ts";
import { startTestDatabase, type TestDatabase } from "../src/testing.ts";

let db: TestDatabase;
before(async () => {
  db = await startTestDatabase();
});
after(async () => await db.close());

async function enqueue(...jobs: readonly Job[]): Promise<void> {
  await db.database.transaction(async (tx) => {
    for (const job of jobs) await db.jobs.enqueue(tx, job);
  });
}

async function withWorker<T>(
  tasks: Record<string, JobTask>,
  use: (worker: JobWorker) => Promise<T>,
  options: Partial<WorkerOptions> = {},
): Promise<T> {
  const worker = await db.jobs.startWorker({ tasks, ...options });
  try {
    return await use(worker);
  } finally {
    await worker.stop();
  }
}

/** A task that hands over what it was given. */
function collector(wanted: number): { task: JobTask; done: Promise<readonly JobPayload[]> } {
  const given: JobPayload[] = [];
  let finish: (given: readonly JobPayload[]) => void;
  const done = new Promise<readonly JobPayload[]>((resolve) => (finish = resolve));
  const task: JobTask = async (payload) => {
    given.push(payload);
    if (given.length === wanted) finish(given);
    await Promise.resolve();
  };
  return { task, done };
}

test("a job exists only where its transaction committed", async () => {
  const { task, done } = collector(1);
  await assert.rejects(
    db.database.transaction(async (tx) => {
      await db.jobs.enqueue(tx, { task: "collect", payload: { number: 1 } });
      throw new Error("the act failed");
    }),
    /the act failed/,
  );
  await enqueue({ task: "collect", payload: { number: 2, event: "evt-1", list: ["a", "b"] } });
  await withWorker({ collect: task }, async () => {
    assert.deepEqual(await done, [{ number: 2, event: "evt-1", list: ["a", "b"] }]);
  });
});

test("a running worker takes a job as soon as it is committed", async () => {
  const { task, done } = collector(1);
  await withWorker({ collect: task }, async () => {
    await enqueue({ task: "collect", payload: { number: 3 } });
    assert.deepEqual(await done, [{ number: 3 }]);
  });
});

test("jobs of one queue run in order, one at a time", async () => {
  const { task, done } = collector(20);
  let running = 0;
  const one: JobTask = async (payload, context) => {
    assert.equal(++running, 1);
    await new Promise((resolve) => setTimeout(resolve, 1));
    running -= 1;
    await task(payload, context);
  };
  await enqueue(
    ...Array.from({ length: 20 }, (_, number) => ({ task: "ordered", payload: { number }, queue: "patient-1" })),
  );
  await withWorker({ ordered: one }, async () => {
    assert.deepEqual(
      (await done).map(({ number }) => number),
      Array.from({ length: 20 }, (_, number) => number),
    );
  });
});

test("a waiting job is replaced by one with its key", async () => {
  const { task, done } = collector(1);
  await enqueue(
    { task: "keyed", payload: { number: 1 }, key: "k" },
    { task: "keyed", payload: { number: 2 }, key: "k" },
  );
  await withWorker({ keyed: task }, async () => {
    assert.deepEqual(await done, [{ number: 2 }]);
  });
});

test("refuses payloads that could be more than identifiers", async () => {
  for (const payload of [{ text: "Anna Muster" }, { text: "a\nb" }, { list: ["Anna Muster"] }, { deep: { a: 1 } }]) {
    await assert.rejects(enqueue({ task: "any", payload: payload as unknown as JobPayload }), /assertion failed/);
  }
});

test("keeps a failed job with its code and nothing of its message, and gives it another chance when asked", async () => {
  const failures: object[] = [];
  let broken = true;
  let finished: () => void = () => undefined;
  const done = new Promise<void>((resolve) => (finished = resolve));
  const task: JobTask = async () => {
    await Promise.resolve();
    if (broken) throw new WardError("function-failed", {}, { cause: new Error("canary-value") });
    finished();
  };
  const clumsy: JobTask = async () => await Promise.reject(new Error("canary-value of Anna"));
  await enqueue(
    { task: "task", payload: { id: "x" }, maxAttempts: 1 },
    { task: "clumsy", payload: {}, maxAttempts: 1 },
  );
  await withWorker(
    { task, clumsy },
    async () => {
      while ((await db.jobs.listFailed()).length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
      const failed = await db.jobs.listFailed();
      assert.deepEqual(
        failed.map(({ task: name, payload, attempts, lastError }) => ({ name, payload, attempts, lastError })),
        [
          { name: "task", payload: { id: "x" }, attempts: 1, lastError: "function-failed" },
          { name: "clumsy", payload: {}, attempts: 1, lastError: "internal" },
        ],
      );
      const rows = await db.database.query(
        "select row_to_json(job)::text as text from graphile_worker._private_jobs job",
      );
      assert.doesNotMatch(JSON.stringify(rows), /canary|Anna/);
      broken = false;
      assert.equal(await db.jobs.retry(failed[0]?.id ?? ""), true);
      await done;
      assert.equal(await db.jobs.retry("999999"), false);
    },
    { onFailure: (failure) => failures.push(failure) },
  );
  assert.equal(failures.length, 2);
  assert.deepEqual(
    (await db.jobs.listFailed()).map(({ task: name }) => name),
    ["clumsy"],
  );
});

test("stop waits for the running job", async () => {
  let ended = false;
  const { task, done } = collector(1);
  await enqueue({ task: "slow", payload: {} });
  const slow: JobTask = async (payload, context) => {
    await task(payload, context);
    await new Promise((resolve) => setTimeout(resolve, 100));
    ended = true;
  };
  await withWorker({ slow }, async () => await done);
  assert.ok(ended);
  assert.deepEqual(await db.database.query("select id from ward.worker"), []);
});

test("a job of a killed node is taken over at once on the same machine", async () => {
  await enqueue({ task: "hang", payload: { number: 7 } });
  const script = fileURLToPath(new URL("hanging-node.ts", import.meta.url));
  const child = spawn(process.execPath, [script, JSON.stringify(db.connection)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(createInterface({ input: child.stdout }), "line");
  child.kill("SIGKILL");
  await once(child, "exit");
  const { task, done } = collector(1);
  await withWorker({ hang: task }, async () => {
    assert.deepEqual(await done, [{ number: 7 }]);
  });
});

/** The database fails the first such change of a job. */
async function failFirst(change: string): Promise<void> {
  await db.database.lend(
    async (client) =>
      await client.query(`
        create sequence refusals;
        create function refuse() returns trigger language plpgsql as $$
        begin
          if nextval('refusals') = 1 then raise exception 'refused'; end if;
          if tg_op = 'DELETE' then return old; end if;
          return new;
        end $$;
        create trigger refuse before ${change} on graphile_worker._private_jobs for each row execute function refuse()`),
  );
}

async function failNoMore(): Promise<void> {
  await db.database.query("drop function refuse cascade");
  await db.database.query("drop sequence refusals");
}

async function untilNoJobIsLeft(): Promise<void> {
  while ((await db.database.query("select from graphile_worker._private_jobs")).length > 0) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

for (const [what, change, outcome] of [
  ["a job whose end the database did not hear of runs again, and the node lives", "delete", "done"],
  ["a job of whose failure the database did not hear runs again, and the node lives", "update", "failed"],
] as const) {
  test(what, async (context) => {
    await db.database.query("delete from graphile_worker._private_jobs");
    context.after(failNoMore);
    let runs = 0;
    const unheard: JobTask = async () => {
      runs += 1;
      if (runs > 1) return;
      await failFirst(change);
      if (outcome === "failed") throw new WardError("function-failed");
    };
    await withWorker({ unheard }, async () => {
      await enqueue({ task: "unheard", payload: {} });
      await untilNoJobIsLeft();
    });
    assert.equal(runs, 2);
  });
}

test("a job that the database gave out without being heard is free again, though its node lives", async (context) => {
  await db.database.query("delete from graphile_worker._private_jobs");
  context.after(failNoMore);
  const { task, done } = collector(2);
  await withWorker({ given: task }, async (worker) => {
    await db.database.transaction(async (tx) => {
      await db.jobs.enqueue(tx, { task: "given", payload: { number: 1 } });
      await tx.query("update graphile_worker._private_jobs set locked_by = $1, locked_at = now()", [worker.id]);
    });
    await failFirst("update");
    await enqueue({ task: "given", payload: { number: 2 } });
    assert.deepEqual(
      (await done).map(({ number }) => number).toSorted((one, other) => Number(one) - Number(other)),
      [1, 2],
    );
  });
});

const LOCK = `update graphile_worker._private_jobs set locked_by = $1, locked_at = now() - make_interval(secs => $2)
  where task_id = (select id from graphile_worker._private_tasks where identifier = 'locked')`;
const SIGN =
  "insert into ward.worker (id, process_space, pid, seen_at) values ($1, 'elsewhere', 1, now() - make_interval(secs => $2))";

for (const [what, lockedFor, seen, freed] of [
  ["frees the job of a worker elsewhere that fell silent", 60, 11, true],
  ["leaves the job of a worker elsewhere that shows signs of life, however long it takes", 3_600, 1, false],
  ["frees the job of a worker that died before its first sign of life", 11, undefined, true],
  ["leaves a job that was taken just now by a worker about to show its first", 1, undefined, false],
] as const) {
  test(what, async () => {
    await db.database.query("delete from graphile_worker._private_jobs");
    await enqueue({ task: "locked", payload: {} });
    await db.database.query("delete from ward.worker");
    await db.database.query(LOCK, ["elsewhere-1", lockedFor]);
    if (seen !== undefined) await db.database.query(SIGN, ["elsewhere-1", seen]);
    await releaseDeadWorkers(db.database);
    const [row] = await db.database.query<{ locked_by: string | null }>(
      "select locked_by from graphile_worker._private_jobs",
    );
    assert.equal(row?.locked_by ?? null, freed ? null : "elsewhere-1");
  });
}
