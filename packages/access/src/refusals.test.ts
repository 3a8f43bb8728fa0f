import assert from "node:assert/strict";
import { test } from "node:test";
import type { Caller } from "@ward/core";
import type { Act, Refusal } from "./contract.ts";
import { boundRefusals } from "./refusals.ts";

const ACT: Act = { action: "http.request", resourceType: "Gateway" };
const REFUSAL: Refusal = { reason: "unauthenticated" };
const callerOf = (id: string): Caller => ({
  principal: { kind: "service", id },
  purpose: "HOPERAT",
  traceId: "0".repeat(32),
});

function start() {
  const recorded: (number | undefined)[] = [];
  let at = 0;
  let fails = false;
  const refusals = boundRefusals(
    async (_caller, _act, { count }) => {
      if (fails) throw new Error("away");
      recorded.push(count);
    },
    { now: () => new Date(at) },
  );
  return {
    refusals,
    recorded,
    pass: (ms: number) => void (at += ms),
    failing: (does: boolean) => void (fails = does),
  };
}

test("records the first of a kind one by one, and of a flood how many the others were", async () => {
  const { refusals, recorded } = start();
  for (let n = 0; n < 1_000; n++) await refusals.note(callerOf("public"), ACT, REFUSAL);
  assert.deepEqual(recorded, Array(20).fill(undefined));
  await refusals.flush();
  assert.deepEqual(recorded.slice(20), [980]);
  await refusals.flush();
  assert.equal(recorded.length, 21, "nothing is told twice");
});

test("records the first of another principal, act or reason although one kind floods", async () => {
  const { refusals, recorded } = start();
  for (let n = 0; n < 100; n++) await refusals.note(callerOf("public"), ACT, REFUSAL);
  await refusals.note(callerOf("other"), ACT, REFUSAL);
  await refusals.note(callerOf("public"), { ...ACT, action: "identity.forge" }, REFUSAL);
  await refusals.note(callerOf("public"), ACT, { reason: "access-denied" });
  assert.equal(recorded.length, 23);
});

test("begins anew in the next minute, after telling of the last one", async () => {
  const { refusals, recorded, pass } = start();
  for (let n = 0; n < 25; n++) await refusals.note(callerOf("public"), ACT, REFUSAL);
  pass(60_000);
  await refusals.note(callerOf("public"), ACT, REFUSAL);
  await refusals.flush();
  assert.deepEqual(new Set(recorded.slice(20)), new Set([5, undefined]));
});

test("tells later what could not be recorded in its time, and rejects where one of the first could not", async () => {
  const { refusals, recorded, failing } = start();
  for (let n = 0; n < 25; n++) await refusals.note(callerOf("public"), ACT, REFUSAL);
  failing(true);
  await refusals.flush();
  await assert.rejects(refusals.note(callerOf("other"), ACT, REFUSAL));
  failing(false);
  await refusals.flush();
  assert.deepEqual(recorded.slice(20), [5]);
});
