export type { DisclosureScreen, FhirService } from "./contract.ts";
export { createFhirService, type FhirOptions } from "./interactions/interact.ts";
export { JSON_LIMITS, parseFhirJson } from "./json.ts";
export { createDisclosureScreen, SCREEN_PRINCIPAL, type DisclosureScreenOptions } from "./screen/disclosure-screen.ts";
export { recordIdOf } from "./storage/record-id.ts";
