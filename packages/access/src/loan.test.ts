import assert from "node:assert/strict";
import { test } from "node:test";
import { Loan } from "./loan.ts";

test("serves until it is closed", () => {
  const loan = new Loan("it is used while it is lent");
  loan.begin();
  loan.finish();
  assert.equal(loan.close(), false);
  assert.throws(() => loan.begin(), /while it is lent/);
  assert.throws(() => loan.checkOpen(), /while it is lent/);
});

test("tells what was under way when it was closed, and waits for all of it", async () => {
  const loan = new Loan("");
  loan.begin();
  loan.begin();
  assert.equal(loan.close(), true);
  const steps: string[] = [];
  const idle = loan.idle().then(() => steps.push("idle"));
  loan.finish();
  await Promise.resolve();
  steps.push("one is left");
  loan.finish();
  await idle;
  assert.deepEqual(steps, ["one is left", "idle"]);
  await loan.idle();
});
