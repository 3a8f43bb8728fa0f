/** What every `LedgerStore` must do. An adapter's test calls this with a maker of an empty store. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { bundlePath, historyPath, tilePath } from "./layout.ts";
import { type LedgerStore, StoreConflict } from "./ledger-store.ts";

/** `racesAreOpen`: why this store cannot keep two writers of one object apart by itself. */
export function holdsToLedgerStore(
  name: string,
  makeStore: () => Promise<LedgerStore>,
  { racesAreOpen = false }: { readonly racesAreOpen?: string | false } = {},
): void {
  const bytes = (text: string): Buffer => Buffer.from(text);
  const read = async (store: LedgerStore, path: string): Promise<string | undefined> => {
    const found = await store.get(path);
    return found && Buffer.from(found).toString();
  };
  const listed = async (store: LedgerStore, folder: string): Promise<readonly string[]> => {
    const paths: string[] = [];
    for await (const { path, isRewritten } of store.list(folder)) {
      assert.equal(isRewritten, false, path);
      paths.push(path);
    }
    return paths;
  };

  test(`${name}: gives back what was put, byte for byte, and nothing where nothing was`, async () => {
    const store = await makeStore();
    const all = Buffer.from(Array.from({ length: 8_192 }, (_, at) => at % 256));
    assert.equal(await store.get(tilePath(0, 1_234_067)), undefined);
    await store.put(tilePath(0, 1_234_067), all);
    assert.deepEqual(Buffer.from((await store.get(tilePath(0, 1_234_067))) ?? []), all);
    assert.equal(await store.get(tilePath(1, 0)), undefined);
    await store.put(bundlePath(0, 3), Buffer.alloc(0));
    assert.equal((await store.get(bundlePath(0, 3)))?.length, 0);
  });

  test(`${name}: keeps the first bytes of an object and refuses others`, async () => {
    const store = await makeStore();
    const paths = [tilePath(0, 0), tilePath(0, 0, 17), bundlePath(7), historyPath(1_234)];
    for (const path of paths) {
      await store.put(path, bytes("first"));
      await store.put(path, bytes("first"));
      await assert.rejects(
        store.put(path, bytes("other")),
        (error) => error instanceof StoreConflict && error.path === path,
      );
      await assert.rejects(store.put(path, bytes("")), StoreConflict);
      assert.equal(await read(store, path), "first");
    }
    assert.deepEqual(await listed(store, "history/"), [historyPath(1_234)]);
  });

  test(`${name}: lets one of two writers win and tells the other`, { skip: racesAreOpen }, async () => {
    const store = await makeStore();
    const writers = Array.from({ length: 8 }, (_, at) => `writer ${at}`);
    const path = tilePath(0, 5);
    const outcomes = await Promise.allSettled(writers.map(async (text) => await store.put(path, bytes(text))));
    const won = outcomes.flatMap(({ status }, at) => (status === "fulfilled" ? [writers[at]] : []));
    assert.deepEqual(won, [await read(store, path)]);
    await Promise.all(writers.map(async () => await store.put(tilePath(0, 6), bytes("the same"))));
  });

  test(`${name}: replaces the checkpoint and nothing else`, async () => {
    const store = await makeStore();
    assert.equal(await store.get("checkpoint"), undefined);
    await store.replaceCheckpoint(bytes("one"));
    await store.replaceCheckpoint(bytes("two"));
    assert.equal(await read(store, "checkpoint"), "two");
    assert.deepEqual(await listed(store, "history/"), []);
  });

  test(`${name}: lists below a folder in byte order, which is the order of a history's sizes`, async () => {
    const store = await makeStore();
    const sizes = [5, 42, 999, 1_000, 1_001, 65_536, 1_000_000, 1_234_567_890];
    for (const size of sizes.toReversed()) await store.put(historyPath(size), bytes(String(size)));
    await store.put(tilePath(0, 0), bytes("t"));
    await store.put(tilePath(0, 0, 9), bytes("p"));
    await store.put(tilePath(0, 1_000), bytes("x"));
    assert.deepEqual(await listed(store, "history/"), sizes.map(historyPath));
    assert.deepEqual(await listed(store, "tile/"), ["tile/0/000", "tile/0/000.p/9", "tile/0/x001/000"]);
    assert.deepEqual(await listed(store, "tile/7/"), []);
  });

  test(`${name}: lets go of partial tiles, again and again, and of nothing else`, async () => {
    const store = await makeStore();
    await store.put(tilePath(0, 0, 9), bytes("partial"));
    await store.put(tilePath(0, 0), bytes("full"));
    await store.put(tilePath(0, 1, 2), bytes("of another"));
    await store.removePartials(tilePath(0, 0));
    await store.removePartials(tilePath(0, 0));
    await assert.rejects(store.removePartials("checkpoint"));
    await assert.rejects(store.removePartials("tile/.."));
    assert.equal(await read(store, tilePath(0, 0)), "full");
    assert.equal(await read(store, tilePath(0, 1, 2)), "of another");
  });

  test(`${name}: refuses paths that are not the log's`, async () => {
    const store = await makeStore();
    for (const path of ["../x", "tile/0/../../x", "/etc/passwd", "tile/0/1", "history/5", "notes", "tile/0/000.p/0"]) {
      await assert.rejects(store.put(path, bytes("x")), path);
      await assert.rejects(store.get(path), path);
    }
  });
}
