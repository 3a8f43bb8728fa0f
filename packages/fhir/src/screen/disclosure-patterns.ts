/** What looks like PHI whoever it is about: numbers and formats that have no business in a notification. */

const SSN = /(?<![\d-])(?!000|666|9\d\d)\d{3}[-. ](?!00)\d{2}[-. ](?!0000)\d{4}(?![\d-])/;
const BARE_SSN = /\b(?:ssn|social security)\b[^\n]{0,30}\b\d{9}\b/;
const HL7_SEGMENT = /(?:^|[^a-z0-9])(?:msh|pid|obx|obr|pv1|nk1|orc|evn|spm|in1|dg1|al1)\|/;
const FHIR_RESOURCE = /resourcetype\W{1,8}[a-z]{4,}/;
const BIRTH_CONTEXT =
  /(?:\bdob\b|\bd\.o\.b\b|date of birth|birth ?(?:date|day)|\bborn\b|geburtsdatum|\bgeboren\b|\bnee? le\b|fecha de nacimiento|data di nascita)[^\n]{0,24}\d/;

/** Kinds found in folded text. */
export function findPatterns(folded: string): string[] {
  const kinds: string[] = [];
  if (SSN.test(folded) || BARE_SSN.test(folded)) kinds.push("ssn");
  if (HL7_SEGMENT.test(folded)) kinds.push("hl7-segment");
  if (FHIR_RESOURCE.test(folded)) kinds.push("fhir-resource");
  if (BIRTH_CONTEXT.test(folded)) kinds.push("birth-date-context");
  return kinds;
}

const CANDIDATES_MAX = 5_000;
const CANDIDATE_MIN_CHARS = 5;
const CANDIDATE_MAX_CHARS = 64;

/**
 * Parts of a text that could be an identifier: at least five characters, one of them a digit; also with separators
 * dropped. Undefined where there are too many to ask for.
 */
export function identifierCandidates(text: string): readonly string[] | undefined {
  const found = new Set<string>();
  // A text comes in several readings, most of whose parts are the same.
  const seen = new Set<string>();
  const visible = text.normalize("NFC").replace(/\p{Cf}/gu, "");
  for (const pattern of [/[\p{L}\p{N}]+/gu, /[\p{L}\p{N}]+(?:[-./_:][\p{L}\p{N}]+)+/gu, /\d+(?:[ \-./]\d+){1,7}/g]) {
    for (const [part] of visible.matchAll(pattern)) {
      if (seen.has(part)) continue;
      seen.add(part);
      for (const candidate of [part, part.toUpperCase(), part.replace(/[^\p{L}\p{N}]/gu, "")]) {
        if (candidate.length < CANDIDATE_MIN_CHARS || candidate.length > CANDIDATE_MAX_CHARS) continue;
        if (!/\d/.test(candidate)) continue;
        found.add(candidate);
        if (found.size > CANDIDATES_MAX) return undefined;
      }
    }
  }
  return [...found];
}
