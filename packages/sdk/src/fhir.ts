/** FHIR R4 resource and data types, for functions that build resources. Types only: nothing of it enters a bundle. */
export type * from "@medplum/fhirtypes";
