export type { DisclosureScreen, FhirService } from "./contract.ts";
