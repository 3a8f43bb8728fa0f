/**
 * One invocation leaves a word for the next. Of the same function the next finds it: invocations of one function share
 * a process, a limit that the threat model states. Another function finds nothing: it is another process.
 */
import assert from "node:assert/strict";
import { allowed, type Attack } from "./attack.ts";

export const attack: Attack = {
  name: "an invocation leaves a word in its module for others",
  stoppedAt: "the process of its own function, and not before (docs/reference/threat-model.md)",
  async run(ward) {
    const leave = async (word: string) => (await ward.call("keep-in-module", { body: { leave: word } })).json;
    assert.deepEqual(await leave("a word"), { found: "nothing" });
    assert.deepEqual(await leave("another"), { found: "a word" }, "the stated limit");
    assert.deepEqual((await ward.call("look-in-globals")).json, { found: "undefined" });
  },
  leaves: [
    allowed("function:keep-in-module", "function.invoke", 2),
    allowed("function:look-in-globals", "function.invoke"),
  ],
};
