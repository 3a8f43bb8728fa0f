/** Tables that several facts about Ward apps look into. */

/** The places of which a law speaks: countries, and the cloud regions in them. */
export const LAWS: ReadonlyMap<string, RegExp> = new Map([
  ["HIPAA", /^(US|us-[a-z]+-\d|us-gov-[a-z]+-\d|us-[a-z]+\d)$/],
  // The European Economic Area (GDPR Art. 3, EEA Agreement Annex XI) and the United Kingdom, whose own law is the same.
  [
    "GDPR",
    /^(AT|BE|BG|HR|CY|CZ|DK|EE|FI|FR|DE|GR|HU|IE|IT|LV|LT|LU|MT|NL|PL|PT|RO|SK|SI|ES|SE|IS|LI|NO|GB|eu-(?!central-2)[a-z]+-\d|europe-[a-z]+\d)$/,
  ],
]);

/** Twenty thousand a second: a night's backlog of messages fits, copying a whole hospital at once does not. */
export const ACTS_MAX = 1_200_000;

/** Route parameters that hold what identifies a person (45 CFR 164.514(b)(2)(i)); a record's opaque id does not. */
export const IDENTIFIER =
  /:(ssn|mrn|dob|(?:date_?of_?)?birth\w*|dateOfBirth|(?:first|last|full|family|given|patient)_?name|name|e?mail\w*|phone\w*|address|zip|insurance\w*|medicareNumber|socialSecurity\w*)(?=\/|$)/i;

export const TEXT_BOUNDS = ["maxLength", "enum", "const", "format", "pattern"] as const;
export const LIST_BOUNDS = ["maxItems"] as const;

/** Entries of a definition that another fact judges, with more to say. */
export const OWN_FACTS = /^(purpose$|grants\.egress\[\d+\]\.(host|baa)$)/;
