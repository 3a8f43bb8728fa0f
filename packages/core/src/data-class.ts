/** Data classes: what a value may carry, and therefore where it may go. */

/** `none`: no personal data. `deidentified`: 45 CFR 164.514. `phi`: protected health information, 45 CFR 160.103. */
export type DataClass = "none" | "deidentified" | "phi";

export const DATA_CLASSES: readonly DataClass[] = ["none", "deidentified", "phi"];
