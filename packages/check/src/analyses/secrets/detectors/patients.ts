/**
 * Identifiers of people (45 CFR 164.514(b)(2)(i)): Social Security numbers by the rules that the Social Security
 * Administration gives them by, and medical record numbers where a person's name or birth stands beside them.
 */
import { fixturesHoldNoPatients } from "../facts.ts";
import type { Detector, Match, Place } from "./detector.ts";

/** Printed in advertisements and on sample cards; never anyone's, or of nobody any more. */
const ADVERTISED = new Set(["078051120", "219099999", "457555462", "123456789", "987654321", "111223333", "123121234"]);
const DATA = /\.(?:json|ndjson|jsonl|csv|tsv|psv|xml|hl7|er7|txt|sql|ya?ml|dat|edi|x12)$/i;
const SAYS_SSN = /\bssn\b|us-ssn|social.?security|\bSSN|Ssn\b/;
const SAYS_PERSON =
  /birth.?date|\bdob\b|date.?of.?birth|(?:first|last|family|given|patient).?name|"family"|"given"|\bPID\|/i;
const NEAR = 200;
const RECORD = 600;

/** Areas 000, 666 and 900 to 999, group 00 and serial 0000 are never given (POM RM 10201.035). */
export function isGivenSsn(digits: string): boolean {
  const [area, group, serial] = [digits.slice(0, 3), digits.slice(3, 5), digits.slice(5)];
  if (digits.length !== 9 || area === "000" || area === "666" || area.startsWith("9")) return false;
  if (group === "00" || serial === "0000" || ADVERTISED.has(digits)) return false;
  return !isPattern(digits);
}

/** Counted up or down, or made of one or two figures: what people type who need a number. */
function isPattern(digits: string): boolean {
  const steps = digits
    .split("")
    .slice(1)
    .map((digit, index) => Number(digit) - Number(digits[index]));
  const climbs = steps.filter((step) => Math.abs(step) === 1 || Math.abs(step) === 9).length;
  return new Set(digits).size <= 3 || climbs >= digits.length - 3;
}

function near({ index, whole }: Match, text: string, distance: number): string {
  return text.slice(Math.max(0, index - distance), index + whole.length + distance);
}

/** By its name beside it; without one, where a file of data holds several. */
function isSsn(match: Match, place: Place): boolean {
  const { text, path } = place;
  if (!isGivenSsn(match.secret.replaceAll(/\D/g, ""))) return false;
  if (SAYS_SSN.test(near(match, text, NEAR))) return true;
  return DATA.test(path) && isGivenTwice(place);
}

/** Asked once a text: it looks at all of it. */
const givenTwice = new WeakMap<Place, boolean>();

function isGivenTwice(place: Place): boolean {
  const known = givenTwice.get(place) ?? holdsTwo(place.text);
  givenTwice.set(place, known);
  return known;
}

function holdsTwo(text: string): boolean {
  const found = new Set<string>();
  for (const [number] of text.matchAll(/(?<![\w.-])\d{3}-\d{2}-\d{4}(?![\w.-])/g)) {
    if (isGivenSsn(number.replaceAll("-", ""))) found.add(number);
    if (found.size > 1) return true;
  }
  return false;
}

function isMrn(match: Match, { text, path }: Place): boolean {
  const digits = match.secret.replaceAll(/\D/g, "");
  if (!DATA.test(path) || isPattern(digits) || /^0+|0{4}/.test(digits)) return false;
  return SAYS_PERSON.test(near(match, text, RECORD));
}

export const PATIENT_DETECTORS: readonly Detector[] = [
  {
    kind: "social-security-number",
    name: "Social Security number",
    fact: fixturesHoldNoPatients,
    pattern: /(?<![\w.-])\d{3}-\d{2}-\d{4}(?![\w-]|\.\d)/g,
    hints: ["-"],
    accepts: isSsn,
    shownMax: 0,
    isRandom: false,
  },
  {
    kind: "plain-social-security-number",
    name: "Social Security number",
    fact: fixturesHoldNoPatients,
    pattern:
      /(?:\bssn|us-ssn|SSN|Ssn|social.?security(?:.?number)?)["'\s:=,]{1,8}(?:"?value"?["'\s:=]{1,6})?(?<secret>\d{9})(?!\d)/g,
    hints: ["ssn", "SSN", "Ssn", "ecurity"],
    accepts: ({ secret }) => isGivenSsn(secret),
    shownMax: 0,
    isRandom: false,
  },
  {
    kind: "medical-record-number",
    name: "medical record number beside a person's data",
    fact: fixturesHoldNoPatients,
    pattern:
      /(?:\bmrn|\bMRN|medical.?record.?(?:number|no|num)?)["'\s:=#,]{1,8}(?:"?value"?["'\s:=]{1,6})?(?<secret>[A-Z]{0,3}-?\d{6,12})(?![\w-])/gi,
    hints: ["mrn", "MRN", "Mrn", "ecord"],
    accepts: isMrn,
    shownMax: 0,
    isRandom: false,
  },
  {
    kind: "hl7-patient",
    name: "HL7 v2 patient with record number, name and birth",
    fact: fixturesHoldNoPatients,
    pattern:
      /(?:^|[\r\n"'`])PID\|[^|\r\n]{0,8}\|[^|\r\n]{0,120}\|(?<secret>[A-Z]{0,3}-?\d{6,12})\^{2,4}[^|\r\n]{0,160}\|[^|\r\n]{0,160}\|[A-Za-z'-]{2,40}\^[A-Za-z'-]{2,40}[^|\r\n]{0,80}\|[^|\r\n]{0,80}\|(?:19|20)\d{6}/g,
    hints: ["PID|"],
    accepts: ({ secret, whole }, { path, isTest }) => {
      const digits = secret.replaceAll(/\D/g, "");
      const isNamedTest = /\|(?:TEST|DOE|SMITH|MUSTERMANN|EVERYWOMAN|EVERYMAN|DEMO|SAMPLE|ZZZ\w*|PATIENT)\^/i.test(
        whole,
      );
      return (DATA.test(path) || !isTest) && !isNamedTest && !isPattern(digits) && !/^0+|0{4}/.test(digits);
    },
    shownMax: 0,
    isRandom: false,
  },
];
