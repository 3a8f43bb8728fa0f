/** A function that may create observations reads, searches and changes patients, past `ctx` and inside a transaction. */
import assert from "node:assert/strict";
import { allowed, assertAllRefused, denied, type Attack } from "./attack.ts";
import { CLINICIAN } from "./attacked-node.ts";

const SELF = "function:ungranted-fhir";

export const attack: Attack = {
  name: "a function calls FHIR interactions that it was not granted",
  stoppedAt: "the door, where Cedar denies by default",
  async run(ward) {
    const { status, json } = await ward.call("ungranted-fhir", { body: { patient: ward.patient.id } });
    assert.equal(status, 200);
    const { members, ...outcomes } = json as Readonly<Record<string, unknown>>;
    assertAllRefused(outcomes);
    assert.deepEqual(members, ["create", "transaction"], "ctx holds what is granted");
    const authorization = await ward.token(CLINICIAN, "TREAT");
    const { json: kept } = await ward.fhir(`Patient/${ward.patient.id}`, { authorization });
    assert.equal((kept as { meta: { versionId: string } }).meta.versionId, "1", "the record is as it was");
  },
  leaves: [
    denied(SELF, "fhir.read", "access-denied"),
    denied(SELF, "fhir.search", "access-denied"),
    denied(SELF, "fhir.create", "access-denied"),
    denied(SELF, "fhir.vread", "access-denied"),
    denied(SELF, "fhir.history", "access-denied"),
    denied(SELF, "fhir.patch", "access-denied"),
    denied(SELF, "fhir.delete", "access-denied", { times: 2 }),
    denied(SELF, "fhir.update", "access-denied", { times: 2 }),
    allowed(SELF, "function.invoke"),
    allowed("person:dr-okafor", "fhir.read"),
  ],
};
