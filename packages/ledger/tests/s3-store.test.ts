/** The S3 store against a strict server of our own; against a real one, see `s3-store-ceph.test.ts`. */
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { systemClock } from "@ward/core";
import { bundlePath, historyPath, tilePath } from "../src/publication/layout.ts";
import { holdsToLedgerStore } from "../src/publication/ledger-store-contract.ts";
import { type LedgerStore, StoreConflict } from "../src/publication/ledger-store.ts";
import { openS3Store } from "../src/publication/s3-store.ts";
import { CREDENTIALS, startStrictS3Server, type StrictS3Server } from "./s3/strict-s3-server.ts";

let server: StrictS3Server;
before(async () => {
  server = await startStrictS3Server();
});
afterEach(() => {
  Object.assign(server, { failWith: undefined, keepsRetention: true, hasObjectLock: true });
});
after(async () => await server.close());

function open(changes: { secretAccessKey?: string; retentionDays?: number } = {}): LedgerStore {
  server.versions.length = 0;
  server.refusals.length = 0;
  return openS3Store({ url: `${server.url}ledger`, clock: systemClock, ...CREDENTIALS, ...changes });
}

holdsToLedgerStore("S3, strict server", async () => open());

test("puts full tiles and kept checkpoints under seven years, and what full tiles replace under thirty days", async () => {
  const store = open();
  await store.put(bundlePath(0), Buffer.from("x"));
  await store.put(historyPath(256), Buffer.from("x"));
  await store.put(tilePath(0, 1, 5), Buffer.from("x"));
  await store.replaceCheckpoint(Buffer.from("x"));
  const days = server.versions.map(({ headers }) => {
    const until = Date.parse(headers["x-amz-object-lock-retain-until-date"] ?? "");
    return Math.round((until - Date.now()) / 86_400_000);
  });
  assert.deepEqual(days, [7 * 366, 7 * 366, 30, 30]);
  assert.ok(
    server.refusals.every((refusal) => refusal.startsWith("404 GET")),
    server.refusals.join("\n"),
  );
});

test("refuses a bucket without Object Lock, and a server that takes the headers and forgets them", async () => {
  server.hasObjectLock = false;
  await assert.rejects(open().put(tilePath(0, 0), Buffer.from("x")), /Object Lock/);
  await assert.rejects(open().replaceCheckpoint(Buffer.from("x")), /Object Lock/);
  assert.deepEqual(server.versions, []);
  server.hasObjectLock = true;
  server.keepsRetention = false;
  const store = open();
  await assert.rejects(store.put(tilePath(0, 0), Buffer.from("x")), /retention/);
});

test("tells of an object that was overwritten or deleted by somebody with the bucket's keys", async () => {
  const store = open();
  for (const index of [0, 1, 2, 3]) await store.put(tilePath(0, index), Buffer.from("x"));
  const overlay = { headers: {}, key: `ledger/${tilePath(0, 1)}` };
  server.versions.push({ ...overlay, bytes: Buffer.from("y") }, { ...overlay, bytes: Buffer.from("x") });
  server.versions.push({ headers: {}, key: `ledger/${tilePath(0, 2)}`, bytes: undefined });
  // A second writer's identical put on a server without conditional writes.
  server.versions.push({ headers: {}, key: `ledger/${tilePath(0, 3)}`, bytes: Buffer.from("x") });
  const rewritten: string[] = [];
  for await (const { path, isRewritten } of store.list("tile/")) if (isRewritten) rewritten.push(path);
  assert.deepEqual(rewritten, [tilePath(0, 1), tilePath(0, 2)]);
  await assert.rejects(store.put(tilePath(0, 1), Buffer.from("z")), StoreConflict);
});

test("fails, without saying what was sent, where the server fails, refuses the key, or is gone", async () => {
  await assert.rejects(open({ secretAccessKey: "not-it" }).put(tilePath(0, 0), Buffer.from("x")), {
    message: "the store answered 403",
  });
  const store = open();
  for (const status of [500, 503, 403, 307]) {
    server.failWith = status;
    await assert.rejects(store.put(tilePath(0, 0), Buffer.from("secret body")), (error: Error) => {
      assert.ok(!(error instanceof StoreConflict) && !error.message.includes("secret"));
      return true;
    });
    await assert.rejects(store.get(tilePath(0, 0)));
    await assert.rejects(store.list("tile/")[Symbol.asyncIterator]().next());
  }
  const elsewhere = { url: "http://127.0.0.1:1/bucket", clock: systemClock, ...CREDENTIALS };
  await assert.rejects(openS3Store(elsewhere).get(tilePath(0, 0)));
});
