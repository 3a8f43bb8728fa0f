/** PID → Patient. The medical record number is what finds a patient; without one a result has no owner and is refused. */
import { Reject } from "@ward/sdk";
import type { Address, ContactPoint, HumanName, Identifier, Patient } from "@ward/sdk/fhir";
import type { Repetition, Segment } from "@ward/sdk/hl7";
import { readPatientIdentifier } from "./identifiers.ts";
import { textOf } from "./text.ts";

export interface PatientIdentity {
  /** The PID-3 repetition of type MR, or the first one where none is typed. */
  readonly mrn: Identifier;
  readonly all: readonly Identifier[];
}

export function readPatientIdentity(pid: Segment, sender: string): PatientIdentity {
  const typed = pid.field(3).repetitions.flatMap((repetition) => {
    const identifier = readPatientIdentifier(repetition, sender);
    return identifier === undefined ? [] : [{ identifier, type: textOf(repetition, 5) }];
  });
  const isTyped = typed.some(({ type }) => type !== undefined);
  const mrn = isTyped ? typed.find(({ type }) => type === "MR") : typed[0];
  if (mrn === undefined) throw new Reject("required-field-missing");
  return { mrn: mrn.identifier, all: typed.map(({ identifier }) => identifier) };
}

export function toPatient(pid: Segment, identity: PatientIdentity): Patient {
  const birthDate = pid.date("7");
  const gender = GENDERS[textOf(pid, "8") ?? ""];
  const names = pid.field(5).repetitions.flatMap(toName);
  const addresses = pid.field(11).repetitions.flatMap(toAddress);
  const telecoms = [...pid.field(13).repetitions, ...pid.field(14).repetitions].flatMap(toContactPoint);
  return {
    resourceType: "Patient",
    identifier: [...identity.all],
    ...(names.length === 0 ? {} : { name: names }),
    ...(telecoms.length === 0 ? {} : { telecom: telecoms }),
    ...(gender === undefined ? {} : { gender }),
    ...(birthDate === undefined ? {} : { birthDate }),
    ...(addresses.length === 0 ? {} : { address: addresses }),
  };
}

/** HL7 table 0001; what it cannot express is `other`, and no code is no statement. */
const GENDERS: Readonly<Record<string, NonNullable<Patient["gender"]>>> = {
  F: "female",
  M: "male",
  O: "other",
  A: "other",
  N: "other",
  U: "unknown",
};

/** XPN.7, HL7 table 0200. */
const NAME_USES: Readonly<Record<string, NonNullable<HumanName["use"]>>> = {
  A: "usual",
  D: "usual",
  L: "official",
  M: "maiden",
  N: "nickname",
  S: "anonymous",
  T: "temp",
};
/** XPN.8: alphabetic, ideographic, phonetic. */
const NAME_REPRESENTATIONS: Readonly<Record<string, string>> = { A: "ABC", I: "IDE", P: "SYL" };

function toName(name: Repetition): HumanName[] {
  const family = textOf(name, 1);
  const given = [textOf(name, 2), textOf(name, 3)].filter((part) => part !== undefined);
  if (family === undefined && given.length === 0) return [];
  const [suffix, prefix, use, representation] = [
    textOf(name, 4),
    textOf(name, 5),
    NAME_USES[textOf(name, 7) ?? ""],
    NAME_REPRESENTATIONS[textOf(name, 8) ?? ""],
  ];
  const url = "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation";
  return [
    {
      ...(representation === undefined ? {} : { extension: [{ url, valueCode: representation }] }),
      ...(use === undefined ? {} : { use }),
      ...(family === undefined ? {} : { family }),
      ...(given.length === 0 ? {} : { given }),
      ...(prefix === undefined ? {} : { prefix: [prefix] }),
      ...(suffix === undefined ? {} : { suffix: [suffix] }),
    },
  ];
}

function toAddress(address: Repetition): Address[] {
  const line = [textOf(address, 1), textOf(address, 2)].filter((part) => part !== undefined);
  const [city, state, postalCode, country] = [
    textOf(address, 3),
    textOf(address, 4),
    textOf(address, 5),
    textOf(address, 6),
  ];
  if (line.length === 0 && [city, state, postalCode, country].every((part) => part === undefined)) return [];
  const use = ({ H: "home", B: "work", O: "work", C: "temp" } as const)[textOf(address, 7) ?? ""];
  return [
    {
      ...(use === undefined ? {} : { use }),
      ...(line.length === 0 ? {} : { line }),
      ...(city === undefined ? {} : { city }),
      ...(state === undefined ? {} : { state }),
      ...(postalCode === undefined ? {} : { postalCode }),
      ...(country === undefined ? {} : { country }),
    },
  ];
}

/** XTN: the number in parts (v2.3.1 on) or as one text in component 12 or 1. */
function toContactPoint(telecom: Repetition): ContactPoint[] {
  const isEmail = textOf(telecom, 3) === "Internet" || textOf(telecom, 2) === "NET";
  const country = textOf(telecom, 5);
  const parts = [country === undefined ? undefined : `+${country}`, textOf(telecom, 6), textOf(telecom, 7)];
  const number = textOf(telecom, 7) === undefined ? undefined : parts.filter((part) => part !== undefined).join(" ");
  const value = isEmail ? textOf(telecom, 4) : (number ?? textOf(telecom, 12) ?? textOf(telecom, 1));
  if (value === undefined) return [];
  const use = ({ PRN: "home", ORN: "home", WPN: "work" } as const)[textOf(telecom, 2) ?? ""];
  return [{ system: isEmail ? "email" : "phone", value, ...(use === undefined ? {} : { use }) }];
}
