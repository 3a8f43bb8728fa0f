import { strict as assert } from "node:assert";
import { describe, mock, test } from "node:test";
import type { OutboundHandler } from "./contract.ts";
import { InstancePool, type InstancePoolOptions } from "./instances.ts";
import { FakeInstanceHost } from "./testing/fake-instance-host.ts";
import { releaseOf } from "./testing/runtime-fixture.ts";

const outbound: OutboundHandler = { request: () => undefined, refused: () => undefined };
const host = (): FakeInstanceHost => new FakeInstanceHost({ "handler:echo": (payload) => Promise.resolve(payload) });

function pool(options: Partial<InstancePoolOptions> & { readonly concurrency?: number } = {}): InstancePool {
  const { concurrency = 2, ...rest } = options;
  const release = releaseOf("echo", { limits: { concurrency } });
  return new InstancePool({ release, host: host(), outbound, idleMs: 1_000, onStopped: () => undefined, ...rest });
}

describe("the instances of a function", () => {
  test("are started once for concurrent callers, and none before", async () => {
    const one = host();
    const instances = pool({ host: one });
    assert.equal(instances.instances, 0);
    const [first, second] = await Promise.all([
      instances.withPlace(() => instances.instance()),
      instances.withPlace(() => instances.instance()),
    ]);
    assert.equal(first, second);
    assert.equal(one.starts, 1);
    await instances.close();
    assert.equal(one.running.length, 0);
  });

  test("are replaced when the process is gone, and a start that failed is tried anew", async () => {
    const one = host();
    const reasons: string[] = [];
    const instances = pool({ host: one, onStopped: (reason) => reasons.push(reason) });
    const first = await instances.withPlace(() => instances.instance());
    one.running[0]?.kill("crashed");
    await first.exited;
    const second = await instances.withPlace(() => instances.instance());
    assert.notEqual(first, second);
    assert.deepEqual(reasons, ["crashed"]);
    const start = mock.method(one, "start", () => Promise.reject(new Error("no")), { times: 1 });
    instances.discard(second);
    await assert.rejects(instances.withPlace(() => instances.instance()));
    start.mock.restore();
    await instances.withPlace(() => instances.instance());
    await instances.close();
    await one.close();
  });

  test("stop when nobody calls for a while, and start again for the next", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const one = host();
    const reasons: string[] = [];
    const instances = pool({ host: one, onStopped: (reason) => reasons.push(reason) });
    const first = await instances.withPlace(() => instances.instance());
    t.mock.timers.tick(999);
    const again = await instances.withPlace(() => instances.instance());
    assert.equal(first, again, "a call in between starts the time anew");
    t.mock.timers.tick(999);
    assert.equal(one.running.length, 1);
    t.mock.timers.tick(1);
    assert.equal(await first.exited, "stopped");
    assert.notEqual(await instances.withPlace(() => instances.instance()), first);
    assert.deepEqual(reasons, [], "an idle stop is no failure");
    await instances.close();
  });

  test("take no more invocations at once than the limit; others wait their turn in order", async () => {
    const instances = pool({ concurrency: 2 });
    let running = 0;
    let most = 0;
    const order: number[] = [];
    await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        instances.withPlace(async () => {
          running += 1;
          most = Math.max(most, running);
          order.push(index);
          await new Promise(setImmediate);
          running -= 1;
        }),
      ),
    );
    assert.equal(most, 2);
    assert.deepEqual(order, [0, 1, 2, 3, 4, 5, 6, 7]);
    await instances.close();
  });

  test("refuse who waits too long, and who comes when the line is full", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const instances = pool({ concurrency: 1 });
    let leave: () => void = () => undefined;
    const running = instances.withPlace(() => new Promise<void>((resolve) => (leave = resolve)));
    const waiting = Array.from({ length: 32 }, () => instances.withPlace(() => Promise.resolve()));
    await assert.rejects(
      instances.withPlace(() => Promise.resolve()),
      { code: "function-overloaded" },
    );
    const settled = Promise.allSettled(waiting);
    t.mock.timers.tick(2_000);
    const codes = (await settled).map((one) =>
      one.status === "rejected" ? (one.reason as { code: string }).code : "",
    );
    assert.deepEqual(new Set(codes), new Set(["function-overloaded"]));
    leave();
    await running;
    await instances.withPlace(() => Promise.resolve());
    await instances.close();
  });

  test("let running invocations finish when the node closes, and take no others", async () => {
    const one = host();
    const instances = pool({ host: one });
    let leave: () => void = () => undefined;
    const running = instances.withPlace(async () => {
      await instances.instance();
      await new Promise<void>((resolve) => (leave = resolve));
      return one.running.length;
    });
    while (one.running.length === 0) await new Promise(setImmediate);
    const closed = instances.close();
    await assert.rejects(
      instances.withPlace(() => Promise.resolve()),
      { code: "function-unavailable" },
    );
    leave();
    assert.equal(await running, 1);
    await closed;
    assert.equal(one.running.length, 0);
  });
});
