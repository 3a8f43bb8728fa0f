import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { KEY_LEASE_MS, KEY_LEASE_RENEWED_AFTER_MS, openKeyLease, type KeyLease } from "./key-lease.ts";

interface Question {
  answer(count: number | null): Promise<void>;
  fail(): Promise<void>;
}

/** Answers to a database's questions are given by hand, and so is the time. */
class Desk {
  now = 1_000_000;
  readonly questions: Question[] = [];
  readonly dropped: number[] = [];

  async open(count = 0): Promise<KeyLease> {
    const read = (): Promise<never> =>
      new Promise((resolve, reject) => {
        this.questions.push({
          answer: async (told) => await this.#settle(() => resolve([{ count: told }] as never)),
          fail: async () => await this.#settle(() => reject(new Error("no connection"))),
        });
      });
    const opening = openKeyLease({ read }, { now: () => new Date(this.now) }, (each) => this.dropped.push(each));
    await Promise.all([opening.catch(() => undefined), this.next().answer(count)]);
    const lease = await opening;
    this.dropped.length = 0;
    return lease;
  }

  next(): Question {
    const [question] = this.questions.splice(0, 1);
    assert.ok(question, "nothing was asked");
    return question;
  }

  async #settle(act: () => void): Promise<void> {
    act();
    await new Promise((turn) => setImmediate(turn));
  }
}

describe("a lease of keys", () => {
  test("holds for its time and no longer, where no answer comes", async () => {
    const desk = new Desk();
    const lease = await desk.open();
    desk.now += KEY_LEASE_MS - 1;
    assert.ok(lease.holds());
    desk.now += 1;
    assert.equal(lease.holds(), false);
    await desk.next().fail();
    assert.equal(lease.holds(), false);
  });

  test("is asked about once, by whoever uses it when it is no longer fresh, and again where no answer came", async () => {
    const desk = new Desk();
    const lease = await desk.open();
    desk.now += KEY_LEASE_RENEWED_AFTER_MS - 1;
    lease.holds();
    assert.equal(desk.questions.length, 0);
    desk.now += 1;
    for (let use = 0; use < 5; use++) lease.holds();
    assert.equal(desk.questions.length, 1);
    desk.now += KEY_LEASE_RENEWED_AFTER_MS;
    lease.holds();
    assert.equal(desk.questions.length, 2);
  });

  test("counts from before the question, not from the answer", async () => {
    const desk = new Desk();
    const lease = await desk.open();
    desk.now += 1_000;
    lease.holds();
    desk.now += KEY_LEASE_MS - 1;
    await desk.next().answer(0);
    assert.ok(lease.holds());
    desk.now += 1;
    assert.equal(lease.holds(), false);
  });

  test("tells what may be gone when the count rises, and nothing where it stays", async () => {
    const desk = new Desk();
    const lease = await desk.open(7);
    for (const count of [7, 9]) {
      desk.now += 1_000;
      lease.holds();
      await desk.next().answer(count);
    }
    assert.deepEqual([desk.dropped, lease.count], [[9], 9]);
  });

  test("takes no answer that a later one has overtaken", async () => {
    const desk = new Desk();
    const lease = await desk.open(1);
    desk.now += 1_000;
    lease.holds();
    desk.now += 1_000;
    lease.holds();
    const [earlier, later] = [desk.next(), desk.next()];
    await later.answer(3);
    await earlier.answer(2);
    assert.deepEqual([desk.dropped, lease.count], [[3], 3]);
  });

  test("keeps nothing where the database is an older one, put in its place", async () => {
    const desk = new Desk();
    const lease = await desk.open(9);
    desk.now += 1_000;
    lease.holds();
    await desk.next().answer(4);
    assert.deepEqual([desk.dropped, lease.count], [[Number.POSITIVE_INFINITY], 4]);
  });

  test("does not hold where the clock was set back, until it is renewed by that clock", async () => {
    const desk = new Desk();
    const lease = await desk.open();
    desk.now -= 3_600_000;
    assert.equal(lease.holds(), false);
    await desk.next().answer(0);
    assert.ok(lease.holds());
    desk.now += KEY_LEASE_MS;
    assert.equal(lease.holds(), false);
  });

  test("is not given where destructions are not counted, and runs out where they no longer are", async () => {
    await assert.rejects(new Desk().open(null as never), { code: "key-unavailable" });
    const desk = new Desk();
    const lease = await desk.open();
    desk.now += KEY_LEASE_MS - 1;
    lease.holds();
    await desk.next().answer(null);
    desk.now += 1;
    assert.equal(lease.holds(), false);
  });
});
