import assert from "node:assert/strict";
import { test } from "node:test";
import type { InsertAtCommit, Transaction } from "@ward/core";
import { createSharedCommits } from "./shared-commits.ts";

const INSERT: InsertAtCommit = { text: "insert", failure: (state) => new Error(state) };

/** Keeps nothing but the rows that were inserted, a list for each commit. */
function openCommits() {
  const committed: unknown[][] = [];
  const transaction = async <T>(work: (tx: Transaction) => Promise<T>): Promise<T> => {
    const rows: unknown[] = [];
    const value = await work({ insertAtCommit: (_, added) => void rows.push(...added) } as Transaction);
    committed.push(rows);
    return value;
  };
  return { committed, commit: createSharedCommits({ transaction, transactionOfMany: transaction }) };
}

test("an action runs when its commit is durable, and one that throws fails its own session only", async () => {
  const { committed, commit } = openCommits();
  const seen: unknown[] = [];
  const fails = () => {
    throw new Error("after the commit");
  };
  const results = await Promise.allSettled([
    commit({ inserts: [[INSERT, [1]]], actions: [() => seen.push(committed.length), fails] }),
    commit({ inserts: [[INSERT, [2]]], actions: [() => seen.push("other")] }),
  ]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ["rejected", "fulfilled"],
  );
  assert.deepEqual(committed, [[1, 2]]);
  assert.deepEqual(seen, [1, "other"]);
});

test("a commit of nothing asks nothing of the database, and still runs its actions", async () => {
  const { committed, commit } = openCommits();
  let ran = false;
  await commit({ inserts: [], actions: [() => void (ran = true)] });
  assert.ok(ran);
  assert.deepEqual(committed, []);
});
