/** OBX → Observation: one each, with what was measured, how it was judged and how final it is. */
import { Reject } from "@ward/sdk";
import type { CodeableConcept, Identifier, Observation, Patient, Reference } from "@ward/sdk/fhir";
import { toFhirDateTime, type Observed, type Segment } from "@ward/sdk/hl7";
import { observationStatus, readConcept, readInterpretations } from "./codes.ts";
import { readQuantity, readReferenceRange, readStructuredValue } from "./quantity.ts";
import { linesOf, textOf } from "./text.ts";

export interface ObservationContext {
  readonly identifier: Identifier;
  readonly subject: Reference<Patient>;
  readonly sender: string;
  /** The order's OBR: its time is the observation's where the OBX has none. */
  readonly request: Segment;
  /** The observation this one was made on, as the organism of a susceptibility. */
  readonly derivedFrom?: Reference<Observation>;
}

export function toObservation({ obx, notes }: Observed, context: ObservationContext): Observation {
  const code = readConcept(obx, 3, context.sender);
  if (code === undefined) throw new Reject("required-field-missing");
  const status = observationStatus(obx);
  const effectiveDateTime = obx.dateTime("14") ?? context.request.dateTime("7");
  const interpretation = readInterpretations(obx);
  const referenceRange = readReferenceRange(obx);
  const note = notes.flatMap((segment) => noteText(segment));
  const value = status === "cancelled" ? undefined : readValue(obx, context.sender);
  return {
    resourceType: "Observation",
    identifier: [context.identifier],
    status,
    category: [
      { coding: [{ system: "http://terminology.hl7.org/CodeSystem/observation-category", code: "laboratory" }] },
    ],
    code,
    subject: context.subject,
    ...(effectiveDateTime === undefined ? {} : { effectiveDateTime }),
    ...(value ?? missingBecause(status)),
    ...(interpretation.length === 0 ? {} : { interpretation }),
    ...(note.length === 0 ? {} : { note: note.map((text) => ({ text })) }),
    ...(referenceRange === undefined ? {} : { referenceRange: [referenceRange] }),
    ...(context.derivedFrom === undefined ? {} : { derivedFrom: [context.derivedFrom] }),
  };
}

/** NTE-3, each repetition a line. */
export function noteText(note: Segment): string[] {
  const text = linesOf(note, 3);
  return text === undefined ? [] : [text];
}

type ObservationValue = Pick<
  Observation,
  "valueQuantity" | "valueRange" | "valueRatio" | "valueCodeableConcept" | "valueString" | "valueDateTime" | "valueTime"
>;

/** OBX-5 as OBX-2 says (HL7 table 0125). A type that has no FHIR value is refused: dropping it would lose a result. */
function readValue(obx: Segment, sender: string): ObservationValue | undefined {
  const repetitions = obx.field(5).repetitions;
  if (repetitions.length === 0 || obx.field(5).isNull) return undefined;
  const type = textOf(obx, "2");
  if (type === undefined) throw new Reject("required-field-missing");
  const isText = ["ST", "TX", "FT"].includes(type);
  // An observation has one value, so that several would have to be cut to the first.
  if (repetitions.length > 1 && !isText) throw new Reject("data-type-error");
  if (isText) return wrap("valueString", linesOf(obx, 5));
  switch (type) {
    case "NM":
      return wrap("valueQuantity", readQuantity(obx));
    case "SN":
      return readStructuredValue(obx);
    case "CE":
    case "CWE":
    case "CNE":
      return wrap("valueCodeableConcept", readConcept(obx, 5, sender));
    case "ID":
    case "IS":
      return wrap("valueCodeableConcept", textConcept(textOf(obx, "5")));
    case "DT":
    case "TS":
    case "DTM":
      return wrap("valueDateTime", obx.dateTime("5"));
    case "TM":
      return wrap("valueTime", readTime(textOf(obx, "5")));
    default:
      throw new Reject("table-value-not-found");
  }
}

function wrap<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]: Value } | undefined {
  return value === undefined ? undefined : ({ [key]: value } as { [K in Key]: Value });
}

function textConcept(text: string | undefined): CodeableConcept | undefined {
  return text === undefined ? undefined : { text };
}

/** TM `HHMM[SS]`, read as the time of some day. */
function readTime(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const time = toFhirDateTime(`20000101${text}`, { zone: "Z" })?.slice(11, -1);
  if (time === undefined || time === "") throw new Reject("data-type-error");
  return time;
}

/** FHIR R4 obs-6: a reason stands only where no value does. */
function missingBecause(status: Observation["status"]): Pick<Observation, "dataAbsentReason"> {
  const code = status === "cancelled" ? "not-performed" : status === "registered" ? "temp-unknown" : "unknown";
  const system = "http://terminology.hl7.org/CodeSystem/data-absent-reason";
  return { dataAbsentReason: { coding: [{ system, code }] } };
}
