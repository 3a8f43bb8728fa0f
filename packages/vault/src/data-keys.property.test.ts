/** Data keys against a database that answers late, out of order, from an earlier moment, or never. */
import assert from "node:assert/strict";
import { createSecretKey } from "node:crypto";
import { test } from "node:test";
import { WardError, type Database } from "@ward/core";
import fc from "fast-check";
import { encodeFields } from "./canonical-fields.ts";
import type { CompartmentId } from "./contract.ts";
import { openDataKeys, type DataKeys } from "./data-keys.ts";
import { sealEnvelope } from "./envelope.ts";
import { KEY_LEASE_MS } from "./key-lease.ts";
import type { TenantKeys } from "./tenant-keys.ts";

const COMPARTMENTS: readonly CompartmentId[] = ["Patient/1", "shared/Location"];
const tenant = "test.example";
const dekWrapping = createSecretKey(Buffer.alloc(32, 1));
const keys = { tenant, dekWrapping } as TenantKeys;
const WRAPPED = new Map(
  COMPARTMENTS.map((each) => [
    each,
    sealEnvelope(dekWrapping, encodeFields("data key", tenant, each), Buffer.alloc(32, 2)),
  ]),
);

interface Statement {
  readonly values: readonly unknown[];
  /** What it saw, once it ran. */
  rows?: readonly unknown[];
  readonly settle: (rows: readonly unknown[]) => void;
  readonly fail: () => void;
}

class SlowDatabase {
  now = 1_000_000;
  count = 0;
  readonly destroyedAt = new Map<CompartmentId, number>();
  readonly statements: Statement[] = [];

  readonly query = async (_text: string, values: readonly unknown[] = []): Promise<never> =>
    await new Promise<never>((resolve, reject) => {
      const settle = (rows: readonly unknown[]): void => resolve(rows as never);
      this.statements.push({ values, settle, fail: () => reject(new WardError("database-unavailable")) });
    });

  run(at: number): void {
    const statement = this.#at(at);
    if (statement) statement.rows ??= this.#see(statement.values);
  }

  async end(at: number, isLost: boolean): Promise<void> {
    const statement = this.#at(at);
    if (statement === undefined) return;
    this.statements.splice(this.statements.indexOf(statement), 1);
    if (isLost) statement.fail();
    else statement.settle(statement.rows ?? this.#see(statement.values));
    await new Promise((turn) => setImmediate(turn));
  }

  destroy(compartment: CompartmentId): void {
    if (this.destroyedAt.has(compartment)) return;
    this.destroyedAt.set(compartment, this.now);
    this.count++;
  }

  #at(at: number): Statement | undefined {
    return this.statements[at % Math.max(1, this.statements.length)];
  }

  #see([asked]: readonly unknown[]): readonly unknown[] {
    const { count } = this;
    if (asked === undefined) return [{ count }];
    return (asked as CompartmentId[]).map((compartment) => {
      const wrapped = this.destroyedAt.has(compartment) ? null : WRAPPED.get(compartment);
      return { compartment, wrapped_dek: wrapped, settled: true, count };
    });
  }
}

interface Step {
  readonly act: "use" | "wait" | "run" | "answer" | "lose" | "destroy";
  readonly at: number;
}

const step = (act: Step["act"], at: fc.Arbitrary<number>): fc.Arbitrary<Step> => at.map((each) => ({ act, at: each }));
const someCompartment = fc.nat(COMPARTMENTS.length - 1);
const steps = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: step("use", someCompartment) },
    { weight: 4, arbitrary: step("wait", fc.constantFrom(100, 250, 1_000, 4_999)) },
    { weight: 3, arbitrary: step("run", fc.nat(5)) },
    { weight: 5, arbitrary: step("answer", fc.nat(5)) },
    { weight: 1, arbitrary: step("lose", fc.nat(5)) },
    { weight: 1, arbitrary: step("destroy", someCompartment) },
  ),
  { minLength: 60, maxLength: 120 },
);

async function take({ act, at }: Step, database: SlowDatabase, dataKeys: DataKeys): Promise<void> {
  if (act === "use") use(database, dataKeys, COMPARTMENTS[at] as CompartmentId);
  else if (act === "wait") database.now += at;
  else if (act === "run") database.run(at);
  else if (act === "destroy") database.destroy(COMPARTMENTS[at] as CompartmentId);
  else await database.end(at, act === "lose");
}

function use(database: SlowDatabase, dataKeys: DataKeys, which: CompartmentId): void {
  if (dataKeys.recall(which) === undefined) {
    dataKeys.find(database as unknown as Database, which).catch(() => undefined);
    return;
  }
  const destroyed = database.destroyedAt.get(which) ?? Number.POSITIVE_INFINITY;
  assert.ok(database.now - destroyed < KEY_LEASE_MS, "used after the longest time");
}

test("no key is used without asking for longer than a lease after its destruction, however the database answers", async () => {
  let recalled = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (each) => {
      const database = new SlowDatabase();
      const opening = openDataKeys({
        database: { read: database.query, query: database.query } as unknown as Database,
        keys,
        clock: { now: () => new Date(database.now) },
        onMade: () => undefined,
      });
      await database.end(0, false);
      const dataKeys = await opening;
      for (const one of each) await take(one, database, dataKeys);
      recalled += COMPARTMENTS.filter((which) => dataKeys.recall(which) !== undefined).length;
    }),
    { numRuns: 600 },
  );
  assert.ok(recalled > 0, "keys are kept at all");
});
