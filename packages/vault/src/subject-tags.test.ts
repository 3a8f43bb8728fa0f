import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import type { Clock, Transaction } from "@ward/core";
import { startTestDatabase, type TestDatabase } from "@ward/postgres/testing";
import type { Vault } from "./contract.ts";
import { KEY_LEASE_MS } from "./key-lease.ts";
import { openTestVault } from "./testing.ts";

let postgres: TestDatabase;
let vault: Vault;
let other: Vault;
let now = new Date("2026-01-01T00:00:00Z");
const clock: Clock = { now: () => now };
before(async () => {
  postgres = await startTestDatabase();
  vault = await openTestVault(postgres.database, clock);
  other = await openTestVault(postgres.database, clock);
});
after(async () => await postgres.close());

const inTransaction = <T>(work: (tx: Transaction) => Promise<T>) => postgres.database.transaction(work);
const create = async (id: string, by: Vault = vault) =>
  await inTransaction(async (tx) => await by.createCompartment(tx, `Patient/${id}`));
const destroy = async (id: string) =>
  await inTransaction(async (tx) => await vault.destroyCompartment(tx, `Patient/${id}`));
const all = async (by: Vault, id: string) => {
  const tags = await by.subjectTags(id);
  return tags && [tags.subject, tags.record(`Patient/${id}`), tags.record("Observation/1")];
};

describe("a patient's tags", () => {
  test("are the same on every node and after a restart, in the form that entries take", async () => {
    const id = randomUUID();
    await create(id);
    const tags = await all(vault, id);
    assert.deepEqual(await all(other, id), tags);
    assert.deepEqual(await all(await openTestVault(postgres.database, clock), id), tags);
    for (const tag of tags ?? []) assert.match(tag, /^[A-Za-z0-9_-]{22}$/);
  });

  test("say nothing of each other, of another patient's, and are none of the tenant's pseudonyms", async () => {
    const ids = [randomUUID(), randomUUID()];
    for (const id of ids) await create(id);
    const tags = (await Promise.all(ids.map(async (id) => await all(vault, id)))).flatMap((each) => each ?? []);
    assert.equal(new Set(tags).size, 6);
    const guesses = ids.flatMap((id) =>
      ["subject", "record"].flatMap((domain) => [id, `Patient/${id}`].map((value) => vault.pseudonym(domain, value))),
    );
    assert.deepEqual(
      tags.filter((tag) => guesses.includes(tag)),
      [],
    );
  });

  test("are told at once while the patient's key is in memory and good", async () => {
    const id = randomUUID();
    await create(id);
    assert.ok(vault.subjectTags(id) instanceof Promise);
    const tags = await vault.subjectTags(id);
    assert.equal(vault.subjectTags(id), tags);
    now = new Date(now.getTime() + KEY_LEASE_MS);
    assert.ok(vault.subjectTags(id) instanceof Promise);
  });

  test("are none where there is no such patient", async () => {
    assert.equal(await vault.subjectTags(randomUUID()), undefined);
  });

  test("are known on the node that makes the patient before its commit, however long that takes, and nowhere else", async () => {
    const id = randomUUID();
    const early = await inTransaction(async (tx) => {
      await vault.createCompartment(tx, `Patient/${id}`);
      assert.equal(await other.subjectTags(id), undefined);
      now = new Date(now.getTime() + 10 * KEY_LEASE_MS);
      return await all(vault, id);
    });
    assert.ok(early);
    assert.deepEqual(await all(vault, id), early);
    assert.deepEqual(await all(other, id), early);
  });

  test("are those of the key that was committed, where the first one rolled back", async () => {
    const id = randomUUID();
    const failed = inTransaction(async (tx) => {
      await vault.createCompartment(tx, `Patient/${id}`);
      throw new Error("rolled back");
    });
    await assert.rejects(failed, /rolled back/);
    await create(id, vault);
    const tags = await all(vault, id);
    now = new Date(now.getTime() + KEY_LEASE_MS);
    assert.deepEqual(await all(vault, id), tags);
    assert.deepEqual(await all(other, id), tags);
  });

  test("are those of the key that stands, where two nodes make one patient at once", async () => {
    const id = randomUUID();
    await inTransaction(async (tx) => {
      await vault.createCompartment(tx, `Patient/${id}`);
      const late = create(id, other);
      await new Promise((turn) => setImmediate(turn));
      tx.onCommit(() => void late);
    });
    await create(id, other);
    assert.deepEqual(await all(other, id), await all(vault, id));
  });
});

describe("destroying a patient's key", () => {
  test("ends the tags here at once and on another node within the cache's time to live", async () => {
    const id = randomUUID();
    await create(id);
    assert.ok(await all(vault, id));
    assert.ok(await all(other, id));
    await destroy(id);
    assert.equal(await vault.subjectTags(id), undefined);
    now = new Date(now.getTime() + KEY_LEASE_MS);
    assert.equal(await other.subjectTags(id), undefined);
  });

  test("leaves none of a key whose commit this node was not told of", async () => {
    const id = randomUUID();
    const unanswered = inTransaction(async (tx) => {
      const silent: Transaction = Object.create(tx, { onCommit: { value: () => undefined } });
      await vault.createCompartment(silent, `Patient/${id}`);
    });
    await unanswered;
    await inTransaction(async (tx) => await other.destroyCompartment(tx, `Patient/${id}`));
    assert.equal(await vault.subjectTags(id), undefined);
  });

  test("is not undone by who asks while it commits, nor by making the patient again", async () => {
    const id = randomUUID();
    await create(id);
    await inTransaction(async (tx) => {
      await vault.destroyCompartment(tx, `Patient/${id}`);
      assert.ok(await vault.subjectTags(id), "it is not committed yet");
    });
    assert.equal(await vault.subjectTags(id), undefined);
    await create(id);
    assert.equal(await vault.subjectTags(id), undefined);
  });

  test("leaves no time by which the entries of that moment could be found", async () => {
    const id = randomUUID();
    await create(id);
    await destroy(id);
    const [row] = await postgres.database.query<{ times: string[] }>(
      "select array[created_at::text, destroyed_at::text] as times from vault.compartment_key where compartment = $1",
      [`Patient/${id}`],
    );
    for (const time of row?.times ?? ["none"]) assert.match(time, /^1970-01-01/);
  });
});
