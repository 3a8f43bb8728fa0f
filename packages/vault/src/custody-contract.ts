/** What every root key custody adapter must hold to. Each adapter's test calls this with how to make a fresh one. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, test } from "node:test";
import { WardError } from "@ward/core";
import type { RootKeyCustody } from "./custody.ts";

export interface CustodyFixture {
  /** A custody whose root key does not exist yet. */
  fresh(): Promise<RootKeyCustody>;
  /** The same custody as another process opens it. */
  reopen(custody: RootKeyCustody): Promise<RootKeyCustody>;
}

export function custodyContract(name: string, fixture: CustodyFixture): void {
  describe(`root key custody: ${name}`, () => {
    test("unwraps what it wrapped, also after it was opened again", async () => {
      const custody = await fixture.fresh();
      const key = randomBytes(32);
      const wrapped = await custody.wrap(key, "tenant-kek a");
      assert.deepEqual(Buffer.from(await custody.unwrap(wrapped, "tenant-kek a")), key);
      const again = await fixture.reopen(custody);
      assert.deepEqual(Buffer.from(await again.unwrap(wrapped, "tenant-kek a")), key);
    });

    test("never shows the key in what it wrapped, and never wraps twice alike", async () => {
      const custody = await fixture.fresh();
      const key = randomBytes(32);
      const first = Buffer.from(await custody.wrap(key, "c"));
      const second = Buffer.from(await custody.wrap(key, "c"));
      assert.equal(first.includes(key), false);
      assert.equal(first.equals(second), false);
    });

    test("refuses a wrapped key under another context", async () => {
      const custody = await fixture.fresh();
      const wrapped = await custody.wrap(randomBytes(32), "tenant-kek a");
      await assert.rejects(custody.unwrap(wrapped, "tenant-kek b"), unavailable("wrapped-key-altered"));
    });

    test("refuses a wrapped key in which any byte was changed or cut off", async () => {
      const custody = await fixture.fresh();
      const wrapped = await custody.wrap(randomBytes(32), "c");
      for (let at = 0; at < wrapped.length; at++) {
        const altered = Uint8Array.from(wrapped);
        altered[at] = (altered[at] ?? 0) ^ 1;
        await assert.rejects(custody.unwrap(altered, "c"), unavailable());
        await assert.rejects(custody.unwrap(wrapped.subarray(0, at), "c"), unavailable());
      }
    });

    test("refuses a key wrapped under another root key", async () => {
      const custody = await fixture.fresh();
      await custody.wrap(randomBytes(32), "c");
      const foreign = await (await fixture.fresh()).wrap(randomBytes(32), "c");
      await assert.rejects(custody.unwrap(foreign, "c"), unavailable("other-root-key"));
    });

    test("does not make a root key in order to unwrap", async () => {
      const wrapped = await (await fixture.fresh()).wrap(randomBytes(32), "c");
      const lost = await fixture.fresh();
      await assert.rejects(lost.unwrap(wrapped, "c"), unavailable("no-root-key"));
      await assert.rejects((await fixture.reopen(lost)).unwrap(wrapped, "c"), unavailable("no-root-key"));
    });
  });
}

/** Matches `key-unavailable`, with this reason where one is given. */
export function unavailable(reason?: string): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof WardError, String(error));
    assert.equal(error.code, "key-unavailable");
    if (reason !== undefined) assert.equal(error.detail["reason"], reason);
    return true;
  };
}
