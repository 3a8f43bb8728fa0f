/**
 * A function reads the environment, where this process holds a canary. It leaves only its invocation: what is empty
 * refuses nothing.
 */
import assert from "node:assert/strict";
import { allowed, type Attack } from "./attack.ts";

export const attack: Attack = {
  name: "a function reads the environment",
  stoppedAt: "the function's process, which was started with an empty one",
  async run(ward) {
    process.env["WARD_ATTACK_CANARY"] = "canary-value";
    const { status, json, text } = await ward.call("read-environment");
    delete process.env["WARD_ATTACK_CANARY"];
    assert.equal(status, 200);
    const { environment, bindings, execArgv, ...outcomes } = json as Readonly<Record<string, unknown>>;
    assert.deepEqual({ environment, bindings, execArgv }, { environment: {}, bindings: [], execArgv: [] });
    assert.match(String(outcomes["another program's"]), /^refused: /);
    assert.ok(!text.includes("canary") && !text.includes(ward.stateDir) && !text.includes(process.cwd()));
  },
  leaves: [allowed("function:read-environment", "function.invoke")],
};
