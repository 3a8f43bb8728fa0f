/** HL7 v2 codes in FHIR terms. Tables by number; what a table does not hold is refused, never guessed. */
import { Reject } from "@ward/sdk";
import type { CodeableConcept, Coding, DiagnosticReport, Observation } from "@ward/sdk/fhir";
import type { Segment } from "@ward/sdk/hl7";
import { systemOf } from "./identifiers.ts";
import { textOf } from "./text.ts";

const CODE_SYSTEMS: Readonly<Record<string, string>> = {
  LN: "http://loinc.org",
  SCT: "http://snomed.info/sct",
  SNM3: "http://snomed.info/sct",
  UCUM: "http://unitsofmeasure.org",
  I10: "http://hl7.org/fhir/sid/icd-10",
  I10C: "http://hl7.org/fhir/sid/icd-10-cm",
  RXNORM: "http://www.nlm.nih.gov/research/umls/rxnorm",
};

/** CE or CWE in a field: two codings and the text that the sender shows. */
export function readConcept(segment: Segment, field: number, sender: string): CodeableConcept | undefined {
  const first = readCoding(segment, field, [1, 2, 3, 7], sender);
  const second = readCoding(segment, field, [4, 5, 6, 8], sender);
  const coding = [first, second].filter((one) => one !== undefined);
  const text = textOf(segment, `${field}.9`) ?? textOf(segment, `${field}.2`) ?? textOf(segment, `${field}.5`);
  if (coding.length === 0 && text === undefined) return undefined;
  return { ...(coding.length === 0 ? {} : { coding }), ...(text === undefined ? {} : { text }) };
}

function readCoding(
  segment: Segment,
  field: number,
  [codeAt, displayAt, systemAt, versionAt]: readonly [number, number, number, number],
  sender: string,
): Coding | undefined {
  const part = (component: number): string | undefined => textOf(segment, `${field}.${component}`);
  const code = part(codeAt);
  if (code === undefined) return undefined;
  const system = codeSystem(part(systemAt), sender);
  const version = part(versionAt);
  const display = part(displayAt);
  return {
    ...(system === undefined ? {} : { system }),
    ...(version === undefined ? {} : { version }),
    // A FHIR code has no outer or double white space.
    code: code.trim().replaceAll(/\s+/g, " "),
    ...(display === undefined ? {} : { display }),
  };
}

/** HL7 table 0396. `L` and `99…` are the sender's own codes. */
function codeSystem(name: string | undefined, sender: string): string | undefined {
  if (name === undefined) return undefined;
  const table = /^HL7(\d{4})$/.exec(name)?.[1];
  if (table !== undefined) return `http://terminology.hl7.org/CodeSystem/v2-${table}`;
  return CODE_SYSTEMS[name] ?? (/^(L|99.*)$/.test(name) ? systemOf("codes", sender) : undefined);
}

const OBSERVATION_STATUS: Readonly<Record<string, Observation["status"]>> = {
  C: "corrected",
  D: "entered-in-error",
  F: "final",
  I: "registered",
  N: "cancelled",
  O: "registered",
  P: "preliminary",
  R: "preliminary",
  S: "preliminary",
  U: "final",
  V: "final",
  W: "entered-in-error",
  X: "cancelled",
};

/** OBX-11, HL7 table 0085. */
export function observationStatus(obx: Segment): Observation["status"] {
  return lookUp(OBSERVATION_STATUS, textOf(obx, "11")) ?? "unknown";
}

const REPORT_STATUS: Readonly<Record<string, DiagnosticReport["status"]>> = {
  A: "partial",
  C: "corrected",
  F: "final",
  I: "registered",
  M: "corrected",
  O: "registered",
  P: "preliminary",
  R: "partial",
  S: "registered",
  X: "cancelled",
  Y: "unknown",
  Z: "unknown",
};

/** OBR-25, HL7 table 0123. */
export function reportStatus(obr: Segment): DiagnosticReport["status"] | undefined {
  return lookUp(REPORT_STATUS, textOf(obr, "25"));
}

const INTERPRETATIONS =
  "< > A AA B D DET H HH HU I IE IND L LL LU MS N ND NEG NR NS POS R RR S SDD SYN-R SYN-S U VS W WR";
const KNOWN_INTERPRETATIONS: ReadonlySet<string> = new Set(INTERPRETATIONS.split(" "));

/** OBX-8, HL7 table 0078: FHIR uses the same codes. A flag that it does not know is kept as text. */
export function readInterpretations(obx: Segment): CodeableConcept[] {
  return obx.field(8).repetitions.flatMap((repetition): CodeableConcept[] => {
    const code = textOf(repetition, 1);
    if (code === undefined) return [];
    if (!KNOWN_INTERPRETATIONS.has(code)) return [{ text: code }];
    const system = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation";
    return [{ coding: [{ system, code }] }];
  });
}

function lookUp<Meaning>(table: Readonly<Record<string, Meaning>>, code: string | undefined): Meaning | undefined {
  if (code === undefined) return undefined;
  const meaning = Object.hasOwn(table, code) ? table[code] : undefined;
  if (meaning === undefined) throw new Reject("table-value-not-found");
  return meaning;
}
