/** What `/fhir/R4` can do, for clients that ask (https://hl7.org/fhir/R4/http.html#capabilities). Says nothing that it cannot do. */
import { R4_RESOURCE_TYPES } from "@ward/core";

/** When this list of abilities was last changed. */
const CHANGED_ON = "2026-11-21";

export function capabilityStatement(): object {
  return {
    resourceType: "CapabilityStatement",
    status: "active",
    date: CHANGED_ON,
    kind: "instance",
    implementation: { description: "Ward" },
    software: { name: "Ward" },
    fhirVersion: "4.0.1",
    format: ["application/fhir+json"],
    rest: [
      {
        mode: "server",
        security: { description: "A bearer token whose holder a policy permits the act for its purpose of use." },
        interaction: [{ code: "transaction" }],
        resource: R4_RESOURCE_TYPES.map((type) => ({
          type,
          interaction: [{ code: "read" }, { code: "create" }, { code: "update" }, { code: "search-type" }],
          versioning: "versioned-update",
          conditionalCreate: true,
          searchParam: [{ name: "_id", type: "token" }],
        })),
      },
    ],
  };
}
