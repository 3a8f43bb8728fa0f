/**
 * A clinician with a token for payment calls a function that acts for treatment: what the token does not open, the
 * function must not open for its holder. Whoever has none calls only what is open to everybody.
 */
import assert from "node:assert/strict";
import { allowed, denied, type Attack } from "./attack.ts";
import { CLINICIAN } from "./attacked-node.ts";

export const attack: Attack = {
  name: "a caller has a function act for another purpose than the token's",
  stoppedAt: "the runtime, before an instance starts",
  async run(ward) {
    for (const purpose of ["HPAYMT", "HMARKT"] as const) {
      const { status, text } = await ward.call("only-clinicians", {
        authorization: await ward.token(CLINICIAN, purpose),
      });
      assert.equal(status, 403, purpose);
      assert.ok(!text.includes("for clinicians"));
    }
    const authorization = await ward.token(CLINICIAN, "TREAT");
    assert.equal((await ward.call("only-clinicians", { authorization })).status, 200, "for treatment it answers");
  },
  leaves: [
    denied("person:dr-okafor", "function.invoke", "purpose-not-granted", { times: 2 }),
    allowed("function:only-clinicians", "function.invoke"),
  ],
};
