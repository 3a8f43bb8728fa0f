/** Somebody asks for records over HTTPS without saying who they are. */
import assert from "node:assert/strict";
import { denied, type Attack } from "./attack.ts";

export const attack: Attack = {
  name: "a caller without a token asks for records",
  stoppedAt: "the gateway",
  async run(ward) {
    const { id, family, mrn } = ward.patient;
    const asked = [
      await ward.fhir(`Patient/${id}`),
      await ward.fhir(`Patient?identifier=${mrn}`),
      await ward.fhir("Patient", { method: "POST", body: { resourceType: "Patient" } }),
      await ward.fhir(`Patient/${id}`, { authorization: "Basic YWRtaW46YWRtaW4=" }),
    ];
    for (const { status, text } of asked) {
      assert.equal(status, 401);
      assert.ok(!text.includes(family) && !text.includes(mrn));
    }
  },
  leaves: [denied("service:public", "http.request", "unauthenticated", { times: 4 })],
};
