/** HL7 v3 PurposeOfUse (2.16.840.1.113883.1.11.20448): why somebody acts on PHI. Every act states exactly one. */

const PURPOSES = {
  TREAT: "treatment",
  ETREAT: "emergency treatment",
  HPAYMT: "healthcare payment",
  HOPERAT: "healthcare operations",
  HRESCH: "healthcare research",
  PUBHLTH: "public health",
  PATRQT: "patient requested",
  COVERAGE: "coverage under policy or program",
  HMARKT: "healthcare marketing",
} as const;

export type PurposeOfUse = keyof typeof PURPOSES;

export const PURPOSES_OF_USE = Object.keys(PURPOSES) as readonly PurposeOfUse[];

/** As a person reads it: `emergency treatment`. */
export function purposeText(purpose: PurposeOfUse): string {
  return PURPOSES[purpose];
}

export function isPurposeOfUse(value: unknown): value is PurposeOfUse {
  return typeof value === "string" && Object.hasOwn(PURPOSES, value);
}
