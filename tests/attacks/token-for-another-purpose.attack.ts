/** A clinician with a token for payment asks for what only treatment opens, and says another purpose in headers. */
import assert from "node:assert/strict";
import { denied, type Attack } from "./attack.ts";
import { CLINICIAN } from "./attacked-node.ts";

export const attack: Attack = {
  name: "a caller uses a token for another purpose",
  stoppedAt: "the door: the purpose is the token's",
  async run(ward) {
    const authorization = await ward.token(CLINICIAN, "HPAYMT");
    const { id, mrn, family } = ward.patient;
    for (const path of [`Patient/${id}`, `Patient?identifier=${mrn}`]) {
      const { status, text } = await ward.fhir(path, { authorization });
      assert.equal(status, 403);
      assert.ok(!text.includes(family) && !text.includes(mrn));
    }
  },
  leaves: [
    denied("person:dr-okafor", "fhir.read", "access-denied"),
    denied("person:dr-okafor", "fhir.search", "access-denied"),
  ],
};
