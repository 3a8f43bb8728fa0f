/** May create observations, and wants to read and change patients. */
import { defineFunction, on } from "@ward/sdk";
import type { Bundle } from "@ward/sdk/fhir";
import { attempt } from "../attempts.ts";
import { stealDoor } from "../stolen-door.ts";

export default defineFunction({
  trigger: on.http("POST", "ungranted-fhir", {
    roles: ["public"],
    body: {
      type: "object",
      properties: { patient: { type: "string" } },
      required: ["patient"],
      additionalProperties: false,
    },
  }),
  purpose: "TREAT",
  grants: { fhir: ["Observation.create"] },

  async handle({ body: { patient } }, ctx) {
    const door = await stealDoor(ctx);
    const resource = { resourceType: "Patient" as const, id: patient, name: [{ family: "Taken" }] };
    const transaction: Bundle = {
      resourceType: "Bundle",
      type: "transaction",
      entry: [{ resource, request: { method: "PUT", url: `Patient/${patient}` } }],
    };
    const outcomes = await attempt({
      read: () => door.call("fhir", { method: "GET", path: `Patient/${patient}` }),
      search: () => door.call("fhir", { method: "GET", path: "Patient?_id=" + patient }),
      create: () => door.call("fhir", { method: "POST", path: "Patient", body: { resourceType: "Patient" } }),
      vread: () => door.call("fhir", { method: "GET", path: `Patient/${patient}/_history/1` }),
      history: () => door.call("fhir", { method: "GET", path: `Patient/${patient}/_history` }),
      patch: () => door.call("fhir", { method: "PATCH", path: `Patient/${patient}`, body: [] }),
      delete: () => door.call("fhir", { method: "DELETE", path: `Patient/${patient}` }),
      "delete by criteria": () => door.call("fhir", { method: "DELETE", path: `Patient?_id=${patient}` }),
      update: () => door.call("fhir", { method: "PUT", path: `Patient/${patient}`, body: resource }),
      "update inside a transaction": () => ctx.fhir.transaction(transaction),
    });
    return { body: { ...outcomes, members: Object.keys(ctx.fhir).sort() } };
  },
});
