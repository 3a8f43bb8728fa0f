/** Callers without the role that a function's trigger lists: nobody, another person, a service of that name. */
import assert from "node:assert/strict";
import { denied, type Attack } from "./attack.ts";

export const attack: Attack = {
  name: "a caller without the role calls a function",
  stoppedAt: "the runtime, before an instance starts",
  async run(ward) {
    const runs = () => ward.node.functions().find(({ name }) => name === "only-clinicians")?.invocations;
    const before = runs();
    const porter = await ward.token({ kind: "person", id: "porter", roles: ["porter", "Clinician"] }, "TREAT");
    const service = await ward.token({ kind: "service", id: "clinician" }, "TREAT");
    const asked = [
      await ward.call("only-clinicians"),
      await ward.call("only-clinicians", { authorization: porter }),
      await ward.call("only-clinicians", { authorization: service }),
    ];
    for (const { status, text } of asked) {
      assert.equal(status, 403);
      assert.ok(!text.includes("for clinicians"));
    }
    assert.equal(runs(), before, "the function did not run for them");
  },
  leaves: [
    denied("service:public", "function.invoke", "access-denied"),
    denied("person:porter", "function.invoke", "access-denied"),
    denied("service:clinician", "function.invoke", "access-denied"),
  ],
};
